import { describe, expect, it } from 'vitest';
import { warningFor } from './system-logs.ts';

const GB = 1e9;

describe('warningFor', () => {
  it('names the largest logs and what to do, when they outgrow the data', () => {
    const logs = [
      { name: 'trace_log', bytes: 6 * GB },
      { name: 'query_log', bytes: 2 * GB },
    ];
    const warning = warningFor(logs, 5 * GB);
    expect(warning).toContain('8.0 GB');
    expect(warning).toContain('system.trace_log, system.query_log');
    expect(warning).toContain('ALTER TABLE system.trace_log MODIFY TTL');
  });

  it.each([
    ['there are none', [], 0],
    ['they are smaller than the data', [{ name: 'query_log', bytes: 2 * GB }], 3 * GB],
    ['they are small', [{ name: 'query_log', bytes: GB / 2 }], 0],
  ])('says nothing when %s', (_, logs, dataBytes) => {
    expect(warningFor(logs, dataBytes)).toBeUndefined();
  });
});
