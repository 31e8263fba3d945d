import type { IncomingHttpHeaders } from 'node:http';
import type { Finish } from './answer.ts';
import type { FaultName } from './faults/catalogue.ts';
import type { ProtocolName, Usage } from './protocols/protocol.ts';
import type { ExchangeEnd } from './wire/player.ts';
import type { Step } from './wire/step.ts';

/** Characters of answer text kept per request; the rest is counted in `sentTextDropped`. */
const TEXT_LIMIT = 100_000;
const SECRET_HEADERS = ['authorization', 'x-api-key', 'api-key', 'x-goog-api-key', 'cookie'];

/** How and when an exchange ended. `client_closed` is a client that left before the simulator was done. */
export interface RequestEnd {
  readonly by: ExchangeEnd;
  /** Milliseconds on the simulator's clock. */
  readonly atMs: number;
}

/** What the simulator saw of one request and what it sent. Times are milliseconds on the simulator's clock. */
export interface RequestRecord {
  /** Counts from 1. */
  readonly ordinal: number;
  readonly method: string;
  /** Without the simulator's own prefixes. */
  readonly path: string;
  /** Without credentials. */
  readonly headers: IncomingHttpHeaders;
  readonly protocol: ProtocolName;
  readonly model: string;
  readonly stream: boolean;
  readonly fault: FaultName;
  readonly seed: number;
  /** As in the response header `x-request-id` or `request-id`. */
  readonly requestId: string;
  /** As in the body: `chatcmpl-…`, `msg_…`, `resp_…`. */
  readonly responseId: string;
  /** How the model was made to stop, whether or not that could be sent. */
  readonly finish: Finish;
  readonly usage: Usage;
  readonly receivedAtMs: number;
  readonly status: number | undefined;
  readonly headersAtMs: number | undefined;
  readonly firstChunkAtMs: number | undefined;
  readonly lastChunkAtMs: number | undefined;
  readonly sentEvents: number;
  readonly sentChunks: number;
  /** Body bytes before any transfer encoding. */
  readonly sentBytes: number;
  /** Visible text of the first choice that was put on the wire. */
  readonly sentText: string;
  readonly sentTextDropped: number;
  readonly finishSent: boolean;
  readonly terminalSent: boolean;
  /** Unset while the exchange goes on. */
  readonly end: RequestEnd | undefined;
  /** Resolves when the exchange is over. */
  readonly ended: Promise<RequestEnd>;
}

export interface RequestLog {
  /** The most recent requests, oldest first; at most the log's limit. */
  readonly entries: () => readonly RequestRecord[];
  readonly last: () => RequestRecord | undefined;
  /** Requests that fell out of the log because it was full. */
  readonly dropped: () => number;
  /** Resolves when no exchange of the log is going on. */
  readonly settled: () => Promise<void>;
  readonly clear: () => void;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

type RecordStart = Pick<
  RequestRecord,
  | 'method'
  | 'path'
  | 'headers'
  | 'protocol'
  | 'model'
  | 'stream'
  | 'fault'
  | 'seed'
  | 'requestId'
  | 'responseId'
  | 'finish'
  | 'usage'
  | 'ordinal'
  | 'receivedAtMs'
>;

export interface Recorder {
  readonly onStep: (step: Step) => void;
  readonly finish: (by: ExchangeEnd) => void;
}

export interface WritableRequestLog extends RequestLog {
  readonly record: (start: RecordStart) => Recorder;
}

export function createRequestLog(limit: number, now: () => number): WritableRequestLog {
  let records: RequestRecord[] = [];
  let dropped = 0;
  return {
    entries: () => records,
    last: () => records.at(-1),
    dropped: () => dropped,
    settled: async () => {
      await Promise.all(records.map((record) => record.ended));
    },
    clear: () => {
      records = [];
      dropped = 0;
    },
    record: (start) => {
      const { record, recorder } = startRecord(start, now);
      records.push(record);
      if (records.length > limit) {
        records.shift();
        dropped += 1;
      }
      return recorder;
    },
  };
}

function startRecord(start: RecordStart, now: () => number) {
  const { promise, resolve } = Promise.withResolvers<RequestEnd>();
  const record: Writable<RequestRecord> = {
    ...start,
    headers: withoutSecrets(start.headers),
    status: undefined,
    headersAtMs: undefined,
    firstChunkAtMs: undefined,
    lastChunkAtMs: undefined,
    sentEvents: 0,
    sentChunks: 0,
    sentBytes: 0,
    sentText: '',
    sentTextDropped: 0,
    finishSent: false,
    terminalSent: false,
    end: undefined,
    ended: promise,
  };

  function countFrames(step: Extract<Step, { do: 'write' }>): void {
    for (const frame of step.frames) {
      record.sentEvents += 1;
      if (frame.role === 'content') {
        record.sentChunks += 1;
        record.lastChunkAtMs = now();
        record.firstChunkAtMs ??= record.lastChunkAtMs;
      }
      record.finishSent ||= frame.role === 'finish';
      record.terminalSent ||= frame.role === 'terminal';
      const text = frame.text ?? '';
      const kept = text.slice(0, Math.max(0, TEXT_LIMIT - record.sentText.length));
      record.sentText += kept;
      record.sentTextDropped += text.length - kept.length;
    }
  }

  const recorder: Recorder = {
    onStep: (step) => {
      if (step.do === 'respond') {
        record.status = step.status;
        record.headersAtMs = now();
      }
      if (step.do === 'write') {
        record.sentBytes += Buffer.byteLength(step.bytes);
        countFrames(step);
      }
    },
    finish: (by) => {
      record.end = { by, atMs: now() };
      resolve(record.end);
    },
  };
  return { record, recorder };
}

function withoutSecrets(headers: IncomingHttpHeaders): IncomingHttpHeaders {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !SECRET_HEADERS.includes(name)));
}
