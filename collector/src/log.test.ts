import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createLogger } from './log.ts';

function setUp(isTTY: boolean) {
  let written = '';
  const output: Writable & { isTTY?: boolean } = new Writable({
    write(chunk, _encoding, done) {
      written += chunk;
      done();
    },
  });
  output.isTTY = isTTY;
  return { logger: createLogger('info', output), written: () => written };
}

describe('the log', () => {
  it('is JSON for machines', () => {
    const { logger, written } = setUp(false);
    logger.warn({ rows: 3 }, 'slow');
    expect(JSON.parse(written())).toMatchObject({ level: 40, msg: 'slow', rows: 3 });
  });

  it('is a line a person can read in a terminal, with the stack of an error', () => {
    const { logger, written } = setUp(true);
    logger.info('ClickHouse is back');
    logger.error({ err: new Error('boom') }, 'A request failed');
    const [first, second, third] = written().split('\n');
    expect(first).toMatch(/^\d\d:\d\d:\d\d info {2}ClickHouse is back$/);
    expect(second).toMatch(/^\d\d:\d\d:\d\d error A request failed$/);
    expect(third).toBe('Error: boom');
  });
});
