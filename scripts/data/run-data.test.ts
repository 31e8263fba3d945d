import { describe, expect, it } from 'vitest';
import { runData } from './run-data.ts';

interface Asked {
  readonly request: string;
  readonly body: unknown;
}

/** Runs a command against a collector that gives the answers in order. */
async function run(args: string[], answers: readonly Response[] = []) {
  const asked: Asked[] = [];
  const [printed, said]: [string[], string[]] = [[], []];
  const left = [...answers];
  const code = await runData(args, {
    env: {},
    fetch: async (input, { method = 'GET', body } = {}) => {
      const path = new URL(String(input)).pathname.replace('/api/v1/', '');
      asked.push({
        request: `${method} ${path}`,
        body: typeof body === 'string' ? JSON.parse(body) : undefined,
      });
      return left.shift() ?? Response.error();
    },
    print: (text) => printed.push(text),
    say: (text) => said.push(text),
    delay: async () => undefined,
  });
  return { code, asked, printed, said: said.join('\n') };
}

const deletion = {
  ...{
    id: 'd1',
    project: 'shop',
    subject: 'user',
    requestedAt: '2026-03-01T10:20:00.000Z',
    finishedAt: null,
  },
  ...{ status: 'waiting', rows: 0, reason: null },
};

describe('npm run data', () => {
  it('counts before it deletes', async () => {
    const { code, asked, printed, said } = await run(
      ['delete', '--user', 'abc', '--project', 'shop'],
      [Response.json({ rows: 12, deletion: null })],
    );
    expect([code, printed]).toEqual([0, ['12']]);
    expect(said).toMatch(/12 streams.*--yes/);
    expect(asked).toEqual([
      { request: 'POST deletions', body: { project: 'shop', subject: 'user', id: 'abc', dryRun: true } },
    ]);
  });

  it('deletes when told so, and waits until it is done', async () => {
    const { code, asked, printed } = await run(
      ['delete', '--session', 's', '--yes'],
      [
        Response.json({ rows: 3, deletion }, { status: 202 }),
        Response.json({ ...deletion, status: 'deleting' }),
        Response.json({ ...deletion, status: 'clearing', rows: 3 }),
      ],
    );
    expect([code, printed]).toEqual([0, ['3']]);
    expect(asked.map(({ request }) => request)).toEqual([
      'POST deletions',
      'GET deletions/d1',
      'GET deletions/d1',
    ]);
  });

  it('says why a deletion does not get on', async () => {
    const { code, said } = await run(
      ['delete', '--user', 'abc', '--yes'],
      [Response.json({ rows: 3, deletion }), Response.json({ ...deletion, reason: 'the disk is full' })],
    );
    expect([code, said]).toEqual([1, expect.stringContaining('the disk is full')]);
  });

  it('lists what was deleted, and not whose it was', async () => {
    const { printed } = await run(['deletions'], [Response.json({ deletions: [deletion] })]);
    expect(printed.join()).toMatch(/d1 +shop +user +2026-03-01 10:20 +waiting +0/);
  });

  it('sets how long a project keeps what, and shows it', async () => {
    const days = { rawDays: 7, rollupDays: 90 };
    const kept = { project: 'shop', ...days, updatedAt: '' };
    const set = await run(
      ['retention', '--project', 'shop', '--raw-days', '7', '--rollup-days', '90'],
      [Response.json(kept)],
    );
    expect(set.asked).toEqual([{ request: 'PUT retention/shop', body: days }]);
    const reset = await run(
      ['retention', '--project', 'shop', '--default'],
      [new Response(null, { status: 204 })],
    );
    expect(reset.code).toBe(0);
    const state = { lastRun: null, rowsDeleted: 0, postponed: 0 };
    const defaults = { rawDays: 30, rollupDays: 400 };
    const shown = await run(['retention'], [Response.json({ defaults, projects: [kept], state })]);
    expect(shown.printed.join()).toMatch(/\(others\) +30 d +400 d\nshop +7 d +90 d/);
  });

  it.each([
    ['no subject', ['delete']],
    ['two subjects', ['delete', '--user', 'a', '--session', 'b']],
    ['days without a project', ['retention', '--raw-days', '7', '--rollup-days', '9']],
    ['half of the days', ['retention', '--project', 'a', '--raw-days', '7']],
    ['an option of another command', ['deletions', '--yes']],
    ['an unknown command', ['destroy']],
    ['something left over', ['deletions', 'all']],
  ])('refuses %s, and asks nobody', async (_, args) => {
    const { code, asked } = await run(args);
    expect([code, asked]).toEqual([2, []]);
  });
});
