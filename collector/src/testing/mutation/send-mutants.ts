import { connect } from 'node:http2';
import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { type SeededRandom, seededRandom } from '../../query/testing/seeded-random.ts';
import { contentTypes } from '../../receive/otlp-encoding.ts';
import { exportMethod } from '../../receive/traces-service.ts';
import { byteMutations } from './mutate-bytes.ts';
import { createMutator, type Mutant, type Sample } from './mutator.ts';

export interface SendOptions {
  readonly url: string;
  readonly samples: readonly Sample[];
  readonly bodies: number;
  readonly seed: number;
  /** Requests under way at once. */
  readonly senders?: number;
}

/** How many requests were answered with what: HTTP statuses, or `grpc-status` codes. */
export type Answers = Readonly<Record<string, number>>;

const compress = promisify(gzip);
const PATIENCE_MS = 20_000;

async function send(options: SendOptions, one: (mutant: Mutant, random: SeededRandom) => Promise<string>) {
  const { samples, bodies, seed, senders = 8 } = options;
  const next = createMutator(seed, samples);
  const random = seededRandom(seed + 1);
  const answers: Record<string, number> = {};
  let sent = 0;
  async function run(): Promise<void> {
    while (sent < bodies) {
      sent += 1;
      const answer = await one(next(), random);
      answers[answer] = (answers[answer] ?? 0) + 1;
    }
  }
  await Promise.all(Array.from({ length: senders }, run));
  return answers;
}

/** Sends damaged bodies over HTTP; some are compressed, and some of these damaged once more. */
export function sendOverHttp(options: SendOptions): Promise<Answers> {
  return send(options, async ({ encoding, body }, random) => {
    const isCompressed = random.chance(0.2);
    const compressed = isCompressed ? await compress(body) : body;
    const sent = isCompressed && random.chance(0.5) ? byteMutations.flip?.(compressed, random) : compressed;
    const answer = await fetch(`${options.url}/v1/traces`, {
      method: 'POST',
      body: new Uint8Array(sent ?? compressed),
      headers: {
        'content-type': contentTypes[encoding],
        ...(isCompressed && { 'content-encoding': 'gzip' }),
      },
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    await answer.arrayBuffer();
    return String(answer.status);
  });
}

/** Sends damaged messages over gRPC, and messages whose five bytes of framing are damaged. */
export async function sendOverGrpc(options: SendOptions): Promise<Answers> {
  const session = connect(options.url);
  // What goes wrong is told by each request as well.
  session.on('error', () => undefined);
  try {
    return await send(options, ({ body }, random) => {
      const framed = Buffer.alloc(5 + body.length);
      framed.writeUInt32BE(body.length, 1);
      body.copy(framed, 5);
      const sent = random.chance(0.3) ? damagedFrame(framed, random) : framed;
      const request = session.request({
        ':method': 'POST',
        ':path': exportMethod.path,
        'content-type': 'application/grpc',
        te: 'trailers',
      });
      return new Promise<string>((resolve, reject) => {
        let status = 'none';
        request.setTimeout(PATIENCE_MS, () => reject(new Error('a gRPC request was never answered')));
        const note = (headers: Record<string, unknown>) => {
          status = String(headers['grpc-status'] ?? status);
        };
        request.on('response', note);
        request.on('trailers', note);
        request.on('error', () => undefined);
        request.on('close', () => resolve(request.rstCode === 0 ? status : `reset ${request.rstCode}`));
        request.resume();
        request.end(sent);
      });
    });
  } finally {
    session.close();
  }
}

/** Says to be compressed, or of another length, or stops within. */
function damagedFrame(framed: Buffer, random: SeededRandom): Buffer {
  const damaged = Buffer.from(framed);
  const kind = random.below(4);
  if (kind === 0) damaged[0] = 1 + random.below(255);
  if (kind === 1) damaged.writeUInt32BE(random.below(2 ** 32), 1);
  if (kind === 2) damaged.writeUInt32BE(random.below(framed.length), 1);
  return kind === 3 ? damaged.subarray(0, random.below(damaged.length)) : damaged;
}
