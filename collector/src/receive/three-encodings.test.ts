import { Client, credentials, Metadata } from '@grpc/grpc-js';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import fc from 'fast-check';
import Fastify from 'fastify';
import { pino } from 'pino';
import { expect, it } from 'vitest';
import { createGrpcServer } from './grpc-server.ts';
import { receiveIntoFakeSink } from './testing/fake-sink.ts';
import { otelResource, otelSpans } from './testing/generated-spans.ts';
import { recordSpans } from './testing/otel-spans.ts';
import { tracesRoute } from './traces-route.ts';
import { exportMethod } from './traces-service.ts';

const maxBodyBytes = 1 << 24;

interface Answer {
  readonly rejectedSpans: number;
  readonly errorMessage: string;
}

/** A collector's two doors to one sink, and a way to knock for each encoding. */
async function openDoors() {
  const { receiver, keys, metrics, batches } = receiveIntoFakeSink({ maxBodyBytes });
  const app = Fastify();
  await app.register(tracesRoute, { prefix: '/v1', receiver, keys, metrics, maxBodyBytes });
  const logger = pino({ level: 'silent' });
  const grpc = createGrpcServer({ receiver, metrics, maxBodyBytes, logger, now: () => performance.now() });
  const port = await grpc.listen('127.0.0.1', 0);
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure());

  async function post(body: Buffer, contentType: string): Promise<Buffer> {
    const headers = { 'content-type': contentType };
    const response = await app.inject({ method: 'POST', url: '/v1/traces', body, headers });
    expect(response.statusCode).toBe(200);
    return response.rawPayload;
  }

  function call(body: Buffer): Promise<Buffer> {
    const { path, requestSerialize, responseDeserialize } = exportMethod;
    return new Promise((resolve, reject) => {
      const answered = (error: Error | null, answer: Buffer = Buffer.alloc(0)) =>
        error === null ? resolve(answer) : reject(error);
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, body, new Metadata(), answered);
    });
  }

  return {
    batches,
    overHttp: async (body: Buffer) => answerOf(await post(body, 'application/x-protobuf')),
    inJson: async (body: Buffer): Promise<Answer> => {
      const { partialSuccess } = JSON.parse((await post(body, 'application/json')).toString());
      return asAnswer(partialSuccess);
    },
    overGrpc: async (body: Buffer) => answerOf(await call(body)),
    async close() {
      client.close();
      await Promise.all([grpc.close(0), app.close()]);
    },
  };
}

function answerOf(protobuf: Buffer): Answer {
  return asAnswer(ProtobufTraceSerializer.deserializeResponse(protobuf).partialSuccess);
}

function asAnswer(partial?: { rejectedSpans?: number | string; errorMessage?: string }): Answer {
  return { rejectedSpans: Number(partial?.rejectedSpans ?? 0), errorMessage: partial?.errorMessage ?? '' };
}

it('one request gives the same rows and the same answer as protobuf, as JSON, and over gRPC', async () => {
  const doors = await openDoors();
  const seen = { rows: 0, rejected: 0 };
  await fc.assert(
    fc.asyncProperty(otelResource, otelSpans, async (resource, spans) => {
      doors.batches.length = 0;
      const recorded = await recordSpans(resource, spans);
      const protobuf = Buffer.from(ProtobufTraceSerializer.serializeRequest(recorded) ?? []);
      const json = Buffer.from(JsonTraceSerializer.serializeRequest(recorded) ?? []);
      const answer = await doors.overHttp(protobuf);
      expect(await doors.inJson(json)).toEqual(answer);
      expect(await doors.overGrpc(protobuf)).toEqual(answer);
      // A request without streams asks nothing of the sink.
      const [first, ...others] = doors.batches;
      expect(others).toHaveLength(first === undefined ? 0 : 2);
      for (const { block } of others) expect(first?.block.equals(block)).toBe(true);
      seen.rows += first?.rows ?? 0;
      seen.rejected += answer.rejectedSpans;
    }),
    { numRuns: 100 },
  );
  await doors.close();
  expect(seen.rows).toBeGreaterThan(50);
  expect(seen.rejected).toBeGreaterThan(10);
}, 60_000);
