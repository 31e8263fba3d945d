import { describe, expect, it } from 'vitest';
import { locateEngineLibrary } from './engine-library.ts';

const linux = { os: 'linux', arch: 'x64' };

describe('locateEngineLibrary', () => {
  it('returns the file that the platform package holds', () => {
    expect(locateEngineLibrary(linux, () => '/packages/libchdb.so')).toBe('/packages/libchdb.so');
  });

  it('points Windows to WSL', () => {
    expect(() => locateEngineLibrary({ os: 'win32', arch: 'x64' })).toThrow(/win32-x64.*WSL.*CLICKHOUSE_URL/);
  });

  it('names a platform that has no library', () => {
    const refused = expect.objectContaining({ code: 'platform-unsupported' });
    expect(() => locateEngineLibrary({ os: 'freebsd', arch: 'x64' })).toThrow(refused);
  });

  it('says how to install a library that is missing', () => {
    const refused = expect.objectContaining({
      code: 'library-missing',
      message: expect.stringContaining('optional dependencies'),
    });
    expect(() => locateEngineLibrary(linux, () => undefined)).toThrow(refused);
  });
});
