/**
 * Keeps a data directory of each migration that has none yet: `node collector/src/clickhouse/testing/keep-schemas.ts`.
 * Those that are there are never made again: they are what earlier programs left.
 */
import { readMigrationFiles } from '../migration-files.ts';
import { keepSchema, keptNumbers } from './kept-schemas.ts';
import { migrationsDirectory } from './migrated.ts';
import { startTemporaryEngine } from './temporary-engine.ts';

const temporary = await startTemporaryEngine();
try {
  const kept = await keptNumbers();
  for (const { name } of await readMigrationFiles(migrationsDirectory)) {
    const number = name.slice(0, 4);
    if (kept.includes(number)) continue;
    await keepSchema(temporary, number);
    process.stdout.write(`kept ${number}\n`);
  }
} finally {
  await temporary.dispose();
}
