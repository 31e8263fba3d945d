import { describe, expect, it } from 'vitest';
import { runKeys } from './run-keys.ts';

interface Asked {
  readonly method: string;
  readonly url: string;
  readonly authorization: string | null;
  readonly body: unknown;
}

/** Runs a command against a collector that answers as it is told. */
async function run(
  args: string[],
  answers: Record<string, Response | Error>,
  env: Record<string, string> = {},
) {
  const asked: Asked[] = [];
  const [printed, said]: [string[], string[]] = [[], []];
  const code = await runKeys(args, {
    env,
    fetch: async (input, init = {}) => {
      const { pathname, search } = new URL(String(input));
      const { method = 'GET', body } = init;
      asked.push({
        ...{ method, url: String(input), authorization: new Headers(init.headers).get('authorization') },
        body: typeof body === 'string' ? JSON.parse(body) : undefined,
      });
      const answer = answers[`${method} ${pathname.replace('/api/v1/', '')}${search}`];
      if (answer === undefined || answer instanceof Error) throw answer ?? new Error('not asked for');
      return answer;
    },
    print: (text) => printed.push(text),
    say: (text) => said.push(text),
  });
  return { code, asked, printed, said: said.join('\n') };
}

const noVolume = {
  acceptedSpans: 12,
  duplicateSpans: 0,
  rejectedSpans: [],
  refusedRequests: [],
  receivedBytes: 0,
};
const key = {
  ...{
    id: 'k1',
    project: 'shop',
    reads: false,
    label: 'web',
    hint: 'weir_abcd',
    source: 'created',
    createdAt: null,
  },
  ...{ lastUsedAt: '2026-03-01T10:20:00.000Z', revokedAt: null, origins: ['https://shop.example'] },
  ...{ spansPerSecond: 1000, burstSpans: null, volume: { ...noVolume, lastSeenAt: null } },
};

describe('npm run keys', () => {
  it('creates a key: the key alone is what is printed', async () => {
    const { code, asked, printed, said } = await run(
      ['create', '--project', 'shop', '--label', 'web', '--origin', 'https://shop.example', '--rate', '1000'],
      {
        'GET keys': Response.json({ required: false, keys: [] }),
        'POST keys': Response.json({ ...key, key: 'weir_abcdef' }, { status: 201 }),
      },
      { WEIR_PORT: '9999', WEIR_DASHBOARD_PASSWORD: 'open sesame' },
    );
    expect([code, printed]).toEqual([0, ['weir_abcdef']]);
    expect(said).toMatch(/shown this once.*\n.*first one/);
    expect(asked.at(-1)).toEqual({
      method: 'POST',
      url: 'http://127.0.0.1:9999/api/v1/keys',
      authorization: `Basic ${btoa('keys:open sesame')}`,
      body: { project: 'shop', label: 'web', origins: ['https://shop.example'], spansPerSecond: 1000 },
    });
  });

  it('lists keys in lines, of one project if asked', async () => {
    const answer = Response.json({ required: true, keys: [key, { ...key, id: 'k2', revokedAt: 'then' }] });
    const { printed } = await run(['list', '--project', 'shop'], { 'GET keys?project=shop': answer });
    const [head, first, second] = printed.join().split('\n');
    expect(head).toMatch(/^ID {2}PROJECT/);
    expect(first).toMatch(
      /^k1 {2}shop +web +weir_abcd… +2026-03-01 10:20 +12 +1000\/s +https:\/\/shop.example$/,
    );
    expect(second).toMatch(/revoked$/);
  });

  it('revokes a key by its id', async () => {
    const { code, said } = await run(['revoke', 'k1'], { 'DELETE keys/k1': Response.json(key) });
    expect([code, said]).toEqual([0, expect.stringMatching(/k1 \(web, project shop\) is revoked/)]);
  });

  it.each([
    [['create'], /--label/],
    [['create', '--label', 'web', '--rate', 'fast'], /--rate must be a whole number/],
    [['list', '--rate', '5'], /list has no --rate/],
    [['revoke'], /ids/],
    [['list', 'shop'], /no place for "shop"/],
    [['remove', 'k1'], /no command "remove"|no place/],
    [['list', '--colour'], /--colour/],
  ])('says how it is used when it does not understand: %j', async (args, message) => {
    const { code, said, asked } = await run(args, {});
    expect([code, asked]).toEqual([2, []]);
    expect(said).toMatch(message);
    expect(said).toContain('usage:');
  });

  it.each<[string, Response | Error, RegExp]>([
    ['is not running', new TypeError('fetch failed'), /Start it with `npm start`/],
    ['has a password', Response.json({}, { status: 401 }), /set WEIR_DASHBOARD_PASSWORD/],
    [
      'says why it refuses',
      Response.json({ message: 'Choose another.' }, { status: 409 }),
      /^Choose another\.$/,
    ],
    ['is something else', new Response('<html>', { status: 404 }), /Something else than a collector/],
  ])('says what to do when the collector %s', async (_, answer, message) => {
    const { code, said } = await run(['projects'], { 'GET projects': answer });
    expect(code).toBe(1);
    expect(said).toMatch(message);
  });
});
