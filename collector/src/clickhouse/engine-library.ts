import { tryResolveLibchdb } from 'chdb/libchdb';
import { EngineError } from './engine-error.ts';

const SUPPORTED = new Set(['linux-x64', 'linux-arm64', 'darwin-x64', 'darwin-arm64']);

/**
 * Path of the ClickHouse library that the platform's `@chdb/lib-*` package holds.
 *
 * @param platform as in `process.platform` and `process.arch`
 * @param locate looks the installed file up; an argument so that a missing one can be shown
 * @throws EngineError `platform-unsupported` or `library-missing`
 */
export function locateEngineLibrary(
  platform: { os: string; arch: string },
  locate: () => string | undefined = () => tryResolveLibchdb({ env: {} })?.path,
): string {
  const key = `${platform.os}-${platform.arch}`;
  if (!SUPPORTED.has(key)) {
    const advice = platform.os === 'win32' ? 'Run Weir inside WSL' : 'Start a ClickHouse server';
    throw new EngineError(
      'platform-unsupported',
      `The embedded ClickHouse does not exist for ${key}. ${advice}, or set CLICKHOUSE_URL to a server that is running.`,
    );
  }
  const path = locate();
  if (path === undefined) {
    throw new EngineError(
      'library-missing',
      `The embedded ClickHouse for ${key} is not installed. Install the packages again without leaving out optional dependencies (there is none for Alpine and other musl systems), or set CLICKHOUSE_URL to a server that is running.`,
    );
  }
  return path;
}
