import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { migrated } from '../clickhouse/testing/migrated.ts';
import { startTemporaryEngine, type TemporaryEngine } from '../clickhouse/testing/temporary-engine.ts';
import { pause } from '../pause.ts';
import { ask } from '../query/ask.ts';
import { rolledSets } from '../query/rolled-dimensions.ts';
import { integers, sql } from '../query/sql.ts';
import { generateStreams } from '../query/testing/generated-streams.ts';
import { seededRandom } from '../query/testing/seeded-random.ts';
import { recordInserter } from '../query/testing/streams-table.ts';
import { createRoller } from './roller.ts';

const HOUR_MS = 3_600_000;
const fromMs = Date.parse('2026-03-01T00:00:00Z');
const toMs = fromMs + 12 * HOUR_MS;
const records = generateStreams({ seed: 9, count: 2_000, fromMs, toMs });
const SPENT_WITHIN_MS = 3_000;

let temporary: TemporaryEngine;

beforeAll(async () => {
  temporary = await startTemporaryEngine();
  const client = temporary.engine.client();
  await migrated(client);
  for (const table of ['streams', 'rollups', 'request_attempts', 'stream_ids']) {
    await client.command({ query: `ALTER TABLE ${table} REMOVE TTL` });
  }
  await (await recordInserter(client))(records);
});

afterAll(() => temporary?.dispose());

function newRoller() {
  return createRoller({
    database: { client: () => temporary.engine.client() },
    now: () => toMs + HOUR_MS + performance.now(),
    delay: pause,
    logger: { info: () => undefined, warn: () => undefined },
    settleMs: 0,
    storedDays: 30,
  });
}

async function kill(): Promise<void> {
  const { engine } = temporary;
  const before = engine.processId;
  if (before !== undefined) process.kill(before, 'SIGKILL');
  while (engine.status !== 'ready' || engine.processId === before) await pause(20);
}

describe('ClickHouse killed while rollups are made', () => {
  it('leaves slots that are whole, and makes the others later: every set counts every stream once', async () => {
    const random = seededRandom(3);
    for (let kills = 0; kills < 4; kills += 1) {
      const working = newRoller()
        .catchUp()
        .catch(() => undefined);
      await pause(random.next() * SPENT_WITHIN_MS);
      await kill();
      await working;
    }
    const roller = newRoller();
    await roller.catchUp();
    expect(roller.due()).toBe(0);

    const generations = [3_600, 21_600].map((seconds) =>
      Array.from({ length: (12 * 3_600) / seconds }, (_, place) =>
        ['default', 'another'].map((project) =>
          roller.coverage()?.generationOf(project, seconds, fromMs + 1_000 * seconds * place),
        ),
      ).flat(),
    );
    for (const [place, levelSeconds] of [3_600, 21_600].entries()) {
      const current = generations[place]?.filter((generation) => typeof generation === 'number') ?? [];
      const sets = await ask<{ rows: number; failed: number }>(
        { client: () => temporary.engine.client() },
        sql`
          SELECT sum(rows) AS rows, sum(failed) AS failed
          FROM rollups
          WHERE level_seconds = ${integers([levelSeconds])} AND generation IN (${integers(current)})
          GROUP BY dimension_a, dimension_b`,
      );
      const failed = records
        .filter(({ outcome }) => outcome === 'failed' || outcome === 'lost')
        .reduce((sum, { sampleWeight }) => sum + sampleWeight, 0);
      expect(sets).toEqual(rolledSets.map(() => ({ rows: records.length, failed })));
    }
  });
});
