/**
 * The process that *is* the embedded ClickHouse. Its main thread stays inside one native call, so nothing in JavaScript
 * runs after it starts: it ends when standard input closes (whatever becomes of the parent) or by a signal.
 *
 * argv: library path, then the arguments of `clickhouse local`.
 */
import { DataType, isNullPointer, load, open } from 'ffi-rs';

const [libraryPath, ...options] = process.argv.slice(2);
if (libraryPath === undefined)
  throw new Error('usage: embedded-child.ts <library> <clickhouse local options…>');

const library = 'chdb';
open({ library, path: libraryPath });

const argv = ['clickhouse', ...options];
const result = load({
  library,
  funcName: 'chdb_query_cmdline',
  retType: DataType.External,
  paramsType: [DataType.I32, DataType.StringArray],
  paramsValue: [argv.length, argv],
});

// Some failures are only in the result and never reach standard error.
const errorOf = {
  library,
  funcName: 'chdb_result_error',
  paramsType: [DataType.External],
  paramsValue: [result],
};
if (isNullPointer(result)) {
  process.exitCode = 1;
} else if (!isNullPointer(load({ ...errorOf, retType: DataType.External }))) {
  process.stderr.write(`${load({ ...errorOf, retType: DataType.String })}\n`);
  process.exitCode = 1;
}
