import type { IncomingMessage } from 'node:http';
import cors, { type FastifyCorsOptions } from '@fastify/cors';
import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify';
import type { Credentials } from '../keys/credentials.ts';
import type { KeyRing } from '../keys/key-ring.ts';
import type { IngestMetrics } from './ingest-metrics.ts';
import { contentTypes, encodingOf, exportResponse, statusBody } from './otlp-encoding.ts';
import { type BodyRead, readBody } from './read-body.ts';
import type { Receiver, Reception, RequestHead } from './receiver.ts';
import { cancelled, internal, type Refused, refusals, refused, tooLarge } from './refusal.ts';

export interface TracesRouteOptions {
  readonly receiver: Receiver;
  /** Decides which pages may send. */
  readonly keys: Pick<KeyRing, 'senderOf' | 'allowsOrigin'>;
  readonly metrics: Pick<IngestMetrics, 'refused' | 'answered'>;
  /** Largest body as it is sent. */
  readonly maxBodyBytes: number;
}

const corsOptions: FastifyCorsOptions = {
  credentials: true,
  methods: ['POST'],
  exposedHeaders: ['Retry-After'],
  maxAge: 7_200,
};

/** POST /traces: OTLP/HTTP, https://opentelemetry.io/docs/specs/otlp/#otlphttp. Register under `/v1`. */
export const tracesRoute: FastifyPluginAsync<TracesRouteOptions> = async (app, options) => {
  const { receiver, keys, metrics, maxBodyBytes } = options;

  // What protects the endpoint is the key. An origin is what a browser says of a page, and other programs can say it too:
  // a list of origins only stops pages that took the key from another one.
  await app.register(cors, {
    delegator: (request, answer) => {
      const { origin } = request.headers;
      const isAllowed = origin !== undefined && allowsOrigin(keys, request, origin);
      answer(null, { ...corsOptions, origin: isAllowed });
    },
  });

  app.removeAllContentTypeParsers();
  // The limit is that of `readBody`, which also holds memory for what it reads.
  app.addContentTypeParser(
    Object.values(contentTypes),
    async (request: FastifyRequest, payload: IncomingMessage) => {
      const onBytes = (bytes: number) => receptions.get(request)?.arrived(bytes);
      return readBody(payload, { maxBytes: maxBodyBytes, onBytes });
    },
  );

  const receptions = new WeakMap<FastifyRequest, Reception>();
  app.addHook('onRequest', async (request, reply) => {
    if (request.method !== 'POST') return;
    const reception = receiver.admit(headOf(request));
    if (reception.status === 'refused') return refuse(request, reply, reception);
    receptions.set(request, reception);
    reply.raw.once('close', reception.end);
  });

  app.addHook('onResponse', async (request, reply) => {
    if (request.method !== 'POST') return;
    const encoding = encodingOf(request.headers['content-type']) ?? 'other';
    const seconds = reply.elapsedTime / 1_000;
    metrics.answered({ transport: 'http', status: String(reply.statusCode), encoding, seconds });
  });

  function refuse(request: FastifyRequest, reply: FastifyReply, refusal: Refused): FastifyReply {
    const keyId = refusal.keyId ?? receptions.get(request)?.keyId;
    metrics.refused(refusal.reason, { transport: 'http', keyId });
    return answerRefused(request, reply, refusal);
  }

  app.setErrorHandler((error: Error, request, reply) => {
    const refusal = asRefused(error, maxBodyBytes);
    if (refusal === internal) request.log.error({ err: error }, 'A request to /v1/traces failed');
    return refuse(request, reply, refusal);
  });

  app.post<{ Body?: BodyRead }>('/traces', { schema: { hide: true } }, async (request, reply) => {
    const reception = receptions.get(request);
    if (reception === undefined) throw new Error('a request reached its route without being admitted');
    const { body: read = noBody } = request;
    if (read.status === 'refused') {
      // The rest of the body is not waited for.
      reply.header('connection', 'close');
      return refuse(request, reply, read);
    }
    const result = await reception.receive(read.body);
    if (result.status === 'refused') return refuse(request, reply, result);
    reply.header('content-type', contentTypes[reception.encoding]);
    return reply.send(exportResponse(reception.encoding, result.rejectedSpans, result.message));
  });

  app.route({
    method: ['GET', 'PUT', 'PATCH', 'DELETE'],
    url: '/traces',
    schema: { hide: true },
    handler: async (request, reply) => {
      reply.header('allow', 'POST, OPTIONS');
      return refuse(request, reply, refused('unsupported_method', 'Send spans with POST.'));
    },
  });
};

/** An empty request is one without a body as well. */
const noBody: BodyRead = { status: 'read', body: Buffer.alloc(0) };

/** A preflight does not say which key follows, nor does a request without a valid one, whose refusal a page may read. */
function allowsOrigin(keys: TracesRouteOptions['keys'], request: FastifyRequest, origin: string): boolean {
  if (request.method === 'OPTIONS') return keys.allowsOrigin(origin);
  const sender = keys.senderOf(credentialsOf(request));
  return sender.status === 'sender' ? sender.allowsOrigin(origin) : keys.allowsOrigin(origin);
}

function credentialsOf({ headers }: FastifyRequest): Credentials {
  const weirKey = headers['x-weir-key'];
  return { authorization: headers.authorization, weirKey: typeof weirKey === 'string' ? weirKey : undefined };
}

function headOf(request: FastifyRequest): RequestHead {
  const { headers } = request;
  const contentLength = headers['content-length'];
  return {
    ...credentialsOf(request),
    origin: headers.origin,
    contentType: headers['content-type'],
    contentEncoding: headers['content-encoding'],
    contentLength: contentLength === undefined ? undefined : Number(contentLength),
    via: headers.via,
  };
}

/** Errors of Fastify itself come with a status; everything else is a bug of ours. */
function asRefused(error: Error & { statusCode?: number; code?: string }, maxBodyBytes: number): Refused {
  const { statusCode = 500, message } = error;
  if (error.code === 'ECONNRESET') return cancelled;
  if (statusCode === 413) return tooLarge(maxBodyBytes);
  if (statusCode === 415) return refused('unsupported_type', message);
  return statusCode < 500 ? refused('undecodable', message) : internal;
}

function answerRefused(request: FastifyRequest, reply: FastifyReply, refusal: Refused): FastifyReply {
  const encoding = encodingOf(request.headers['content-type']) ?? 'json';
  const { httpStatus, rpcCode } = refusals[refusal.reason];
  if (refusal.retryAfterSeconds !== undefined) reply.header('retry-after', refusal.retryAfterSeconds);
  if (httpStatus === 401) reply.header('www-authenticate', 'Bearer realm="weir"');
  return reply
    .code(httpStatus)
    .header('content-type', contentTypes[encoding])
    .send(statusBody(encoding, rpcCode, refusal.message));
}
