import cors from '@fastify/cors';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Sink } from '../load/sink.ts';
import type { ByteBudget } from './byte-budget.ts';
import { decompress, isCompressed } from './decompress.ts';
import type { IngestMetrics, Refusal } from './ingest-metrics.ts';
import { contentTypes, encodingOf, exportResponse, type OtlpEncoding, statusBody } from './otlp-encoding.ts';
import type { RequestReader } from './read-request.ts';
import { type Rejection, rejections, type Tally, total } from './tally.ts';

export interface TracesRouteOptions {
  readonly sink: Sink;
  readonly read: RequestReader;
  readonly metrics: IngestMetrics;
  readonly budget: ByteBudget;
  /** Largest body, before and after decompression. */
  readonly maxBodyBytes: number;
  /** Whether the `Authorization` header may send spans. */
  readonly isAllowed: (authorization: string | undefined) => boolean;
  /** Early refusal, before the body is read: false while ClickHouse does not answer. */
  readonly isReady: () => boolean;
}

/** A request that is not taken, and how that is said. */
class Refused extends Error {
  readonly statusCode: number;
  readonly reason: Refusal;
  readonly retryAfterSeconds: number | undefined;

  constructor(statusCode: number, reason: Refusal, message: string, retryAfterSeconds?: number) {
    super(message);
    this.statusCode = statusCode;
    this.reason = reason;
    this.retryAfterSeconds = retryAfterSeconds;
  }
}

/** Held for a body until its size is known: compressed spans grow about this much, and chunked bodies do not say. */
const EXPECTED_GROWTH = 12;
const EXPECTED_BYTES = 1 << 20;

/** POST /traces: OTLP/HTTP, https://opentelemetry.io/docs/specs/otlp/#otlphttp. Register under `/v1`. */
export const tracesRoute: FastifyPluginAsync<TracesRouteOptions> = async (app, options) => {
  const { sink, read, metrics, budget, maxBodyBytes } = options;

  // Browsers send spans from any page; what protects the endpoint is the key, never the origin.
  await app.register(cors, {
    origin: true,
    credentials: true,
    methods: ['POST'],
    exposedHeaders: ['Retry-After'],
    maxAge: 7_200,
  });

  app.removeAllContentTypeParsers();
  app.addContentTypeParser(Object.values(contentTypes), { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );

  const heldBytes = new WeakMap<FastifyRequest, HeldBytes>();
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'POST') return;
    if (!options.isAllowed(request.headers.authorization)) {
      throw new Refused(401, 'unauthenticated', 'Send the ingest key as `Authorization: Bearer <key>`.');
    }
    if (encodingOf(request.headers['content-type']) === undefined) {
      throw new Refused(415, 'unsupported_type', 'Send application/x-protobuf or application/json.');
    }
    if (!options.isReady()) throw notReady();
    const held = holdBytes(budget, reply);
    heldBytes.set(request, held);
    held.hold(expectedBytes(request));
  });

  app.addHook('onResponse', async (request, reply) => {
    if (request.method !== 'POST') return;
    const encoding = encodingOf(request.headers['content-type']) ?? 'other';
    metrics.answered(reply.statusCode, encoding, reply.elapsedTime / 1_000);
  });

  app.setErrorHandler((error: Error, request, reply) => {
    const refused = asRefused(error, maxBodyBytes);
    if (refused.reason === 'internal') request.log.error({ err: error }, 'A request to /v1/traces failed');
    metrics.refused(refused.reason);
    return refuse(request, reply, refused);
  });

  app.post('/traces', { bodyLimit: maxBodyBytes, schema: { hide: true } }, async (request, reply) => {
    const encoding = encodingOf(request.headers['content-type']) as OtlpEncoding;
    const body = await decompressed(request, heldBytes.get(request), maxBodyBytes);
    const result = read(body, encoding, 'default');
    if (result.status === 'undecodable') {
      throw new Refused(400, 'undecodable', `Not an OTLP trace request: ${result.reason}.`);
    }
    const isDuplicate = await stored(sink, result.batch);
    metrics.accepted(result.tally, isDuplicate);
    reply.header('content-type', contentTypes[encoding]);
    return reply.send(exportResponse(encoding, total(result.tally.rejected), rejectionMessage(result.tally)));
  });

  app.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url: '/traces',
    schema: { hide: true },
    handler: async (_request, reply) => {
      reply.header('allow', 'POST, OPTIONS');
      throw new Refused(405, 'unsupported_type', 'Send spans with POST.');
    },
  });
};

interface HeldBytes {
  /** Replaces what is held. @throws Refused when there is no room */
  hold(bytes: number): void;
}

function expectedBytes(request: FastifyRequest): number {
  const declared = Number(request.headers['content-length'] ?? EXPECTED_BYTES);
  return isCompressed(request.headers['content-encoding']) ? declared * EXPECTED_GROWTH : declared;
}

/** Whatever a request holds is given back when its connection is done with it, however that comes about. */
function holdBytes(budget: ByteBudget, reply: FastifyReply): HeldBytes {
  let held = 0;
  reply.raw.once('close', () => {
    budget.give(held);
    held = 0;
  });
  return {
    hold(bytes) {
      budget.give(held);
      held = 0;
      if (!budget.take(bytes)) {
        throw new Refused(503, 'memory', 'Too much is being received at once. Send it again.', 1);
      }
      held = bytes;
    },
  };
}

async function decompressed(
  request: FastifyRequest,
  held: HeldBytes | undefined,
  maxBodyBytes: number,
): Promise<Buffer> {
  const received = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  const contentEncoding = request.headers['content-encoding'];
  const result = await decompress(received, contentEncoding, maxBodyBytes);
  switch (result.status) {
    case 'ok':
      held?.hold(result.body.length);
      return result.body;
    case 'too_large':
      throw tooLarge(maxBodyBytes);
    case 'unknown_encoding':
      throw new Refused(415, 'unsupported_type', 'Compress with gzip, deflate or zstd, or not at all.');
    case 'corrupt':
      throw new Refused(400, 'undecodable', `The body is not valid ${contentEncoding}: ${result.reason}.`);
  }
}

/** @returns whether an identical payload had been stored before */
async function stored(sink: Sink, batch: Parameters<Sink['append']>[0]): Promise<boolean> {
  if (batch.rows === 0) return false;
  const result = await sink.append(batch);
  switch (result.status) {
    case 'stored':
      return result.isDuplicate;
    case 'busy':
      throw new Refused(503, result.reason, busyMessages[result.reason], result.retryAfterSeconds);
    case 'failed':
      throw new Refused(500, 'internal', result.message);
  }
}

const busyMessages = {
  not_ready: 'ClickHouse is starting or restarting. Send it again.',
  queue_full: 'More arrives than ClickHouse takes. Send it again.',
  slow: 'ClickHouse is slow to take the spans. Send them again: they will count once.',
  stopping: 'The collector is stopping. Send it again.',
} as const;

const notReady = () => new Refused(503, 'not_ready', busyMessages.not_ready, 2);

const tooLarge = (maxBodyBytes: number) =>
  new Refused(413, 'too_large', `The body exceeds ${maxBodyBytes} bytes. Send smaller batches.`);

/** Errors of Fastify itself come with a status; everything else is a bug of ours. */
function asRefused(error: Error & { statusCode?: number }, maxBodyBytes: number): Refused {
  if (error instanceof Refused) return error;
  if (error.statusCode === 413) return tooLarge(maxBodyBytes);
  if (error.statusCode === 415) return new Refused(415, 'unsupported_type', error.message);
  if (error.statusCode !== undefined && error.statusCode < 500)
    return new Refused(400, 'undecodable', error.message);
  return new Refused(500, 'internal', 'The collector failed on this request; its log says why.');
}

function refuse(request: FastifyRequest, reply: FastifyReply, refused: Refused): FastifyReply {
  const encoding = encodingOf(request.headers['content-type']) ?? 'json';
  if (refused.retryAfterSeconds !== undefined) reply.header('retry-after', refused.retryAfterSeconds);
  if (refused.statusCode === 401) reply.header('www-authenticate', 'Bearer realm="weir"');
  return reply
    .code(refused.statusCode)
    .header('content-type', contentTypes[encoding])
    .send(statusBody(encoding, refused.statusCode, refused.message));
}

function rejectionMessage({ rejected }: Tally): string {
  return Array.from(rejected, ([reason, spans]) => `${spans} × ${describe(reason)}`).join('; ');
}

function describe(reason: Rejection): string {
  return `${reason} (${rejections[reason]})`;
}
