import { describe, expect, it } from 'vitest';
import { fileExpression, readLocation } from './location.ts';

describe('the place of a backup', () => {
  it.each(["Disk('backups', 'monday')", "S3('https://s3.example/b', 'key', 'secret')", " File('x') "])(
    'is the server’s: %s',
    (text) => {
      const expression = text.trim();
      expect(readLocation(text, true)).toEqual({ status: 'server', expression });
      expect(readLocation(text, false)).toEqual({ status: 'server', expression });
    },
  );

  it('is a directory of this machine, where ClickHouse is', () => {
    expect(readLocation('/srv/backups', true)).toEqual({ status: 'directory', path: '/srv/backups' });
    expect(readLocation('/srv/backups', false)).toMatchObject({
      status: 'invalid',
      message: expect.stringContaining("Disk('backups', 'monday')"),
    });
  });

  it('is no other function, and no statement', () => {
    expect(readLocation("url('https://example.com')", true)).toMatchObject({ status: 'invalid' });
    expect(readLocation("File('x'); DROP DATABASE weir; SELECT (1)", true)).toMatchObject({
      status: 'invalid',
    });
  });

  it('is quoted', () => {
    expect(fileExpression("/it's\\here")).toBe("File('/it\\'s\\\\here')");
  });
});
