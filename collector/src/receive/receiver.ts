import { type Rejection, rejections } from '@weir/schemas/receiving';
import type { Payload } from '../forward/payload.ts';
import type { Credentials } from '../keys/credentials.ts';
import type { KeyRing, Sender } from '../keys/key-ring.ts';
import type { Batch, Sink } from '../spool/sink.ts';
import type { BodyReader } from './body-reader.ts';
import type { ByteBudget } from './byte-budget.ts';
import { type DecompressLimits, decompress, isCompressed } from './decompress.ts';
import type { IngestMetrics } from './ingest-metrics.ts';
import { encodingOf, type OtlpEncoding } from './otlp-encoding.ts';
import type { ReadRequest } from './read-request.ts';
import {
  busy,
  forbiddenOrigin,
  type Refused,
  rateLimited,
  refused,
  tooLarge,
  withoutKey,
} from './refusal.ts';
import { spansOf, type Tally, total } from './tally.ts';

export interface ReceiverOptions {
  readonly sink: Sink;
  readonly read: BodyReader;
  readonly metrics: Pick<IngestMetrics, 'accepted'>;
  readonly budget: ByteBudget;
  /** Largest body, before and after decompression. */
  readonly maxBodyBytes: number;
  /** Who may send spans. */
  readonly keys: Pick<KeyRing, 'senderOf'>;
  /** Takes what was stored, as it was sent; returns at once and never throws. */
  readonly forward?: (payload: Payload) => void;
}

/** What a sender says before it sends the body, as HTTP headers have it. */
export interface RequestHead extends Credentials {
  /** Of the page that sends, https://fetch.spec.whatwg.org/#origin-header */
  readonly origin: string | undefined;
  readonly contentType: string | undefined;
  readonly contentEncoding: string | undefined;
  readonly contentLength: number | undefined;
  /** The proxies it came through, https://www.rfc-editor.org/rfc/rfc9110#section-7.6.3 */
  readonly via: string | undefined;
}

/** Everything about receiving spans that does not depend on how a request travels. */
export interface Receiver {
  /** Decides before the body is read. What is admitted holds memory until `end` is called. */
  admit(head: RequestHead): Reception | Refused;
}

/** A request under way. */
export interface Reception {
  readonly status: 'admitted';
  /** Id of the key it came with. */
  readonly keyId: string;
  readonly encoding: OtlpEncoding;
  /** Holds memory for what has arrived so far; call it as it grows. @returns why that cannot be */
  arrived(bytes: number): Refused | undefined;
  /** Resolves when the streams of the body are stored, or refused. */
  receive(body: Buffer): Promise<Receipt | Refused>;
  /** Gives back what the request holds, however it ended; calling it again changes nothing. */
  end(): void;
}

/** The streams are stored; `rejectedSpans` of the spans are not, and the message says why. */
export interface Receipt {
  readonly status: 'taken';
  readonly rejectedSpans: number;
  readonly message: string;
}

/** Held for a body until its size is known: compressed spans grow about this much. */
const EXPECTED_GROWTH = 12;
/** Held before anything of a body is here. Not what it says to be: whoever says much and sends little takes little. */
const FIRST_BYTES = 1 << 18;

export function createReceiver(options: ReceiverOptions): Receiver {
  const { budget, maxBodyBytes } = options;
  return {
    admit(head) {
      const sender = options.keys.senderOf(head);
      if (sender.status !== 'sender') return withoutKey(sender);
      const { keyId } = sender;
      const encoding = encodingOf(head.contentType);
      const objection = objectionTo(head, sender) ?? objectionOf(options.sink);
      if (objection !== undefined) return { ...objection, keyId };
      if (encoding === undefined) return { ...unknownType, keyId };
      const held = holdBytes(budget);
      const { contentLength = 0 } = head;
      if (contentLength > maxBodyBytes) return { ...tooLarge(maxBodyBytes), keyId };
      const growth = isCompressed(head.contentEncoding) ? EXPECTED_GROWTH : 1;
      if (!held.replace(firstBytes(head) * growth)) return { ...noMemory, keyId };
      return {
        status: 'admitted',
        keyId,
        encoding,
        arrived: (bytes) => (held.atLeast(bytes * growth) ? undefined : noMemory),
        async receive(sent) {
          const hasRoom = (bytes: number) => held.atLeast(sent.length + bytes);
          const body = await decompressed(sent, head, { maxBytes: maxBodyBytes, hasRoom });
          if (!Buffer.isBuffer(body)) return body;
          if (!held.replace(body.length)) return noMemory;
          return take(options, { head, sender, encoding, sent, body });
        },
        end: held.end,
      };
    },
  };
}

const unknownType = refused('unsupported_type', 'Send application/x-protobuf or application/json.');

function objectionOf(sink: Sink): Refused | undefined {
  const unable = sink.refusal();
  return unable === undefined ? undefined : busy(unable.reason, unable.retryAfterSeconds);
}

function objectionTo({ origin }: RequestHead, sender: Sender): Refused | undefined {
  if (!sender.allowsOrigin(origin)) return forbiddenOrigin;
  const waitSeconds = sender.waitSeconds();
  return waitSeconds > 0 ? rateLimited(waitSeconds) : undefined;
}

interface Arrived {
  readonly head: RequestHead;
  readonly sender: Sender;
  readonly encoding: OtlpEncoding;
  /** The body as it came. */
  readonly sent: Buffer;
  /** The same, decompressed. */
  readonly body: Buffer;
}

async function take(options: ReceiverOptions, arrived: Arrived): Promise<Receipt | Refused> {
  const { head, sender, encoding, body } = arrived;
  const sentBytes = arrived.sent.length;
  // Asked again: others may have arrived with the same key while this body did.
  const waitSeconds = sender.waitSeconds();
  if (waitSeconds > 0) return rateLimited(waitSeconds);
  const read = await options.read({ bytes: body, encoding, project: sender.project });
  if (read.status === 'lost') return readerLost;
  const result = read.claim();
  if (result.status !== 'ok') return unread(result);
  const { tally, batch } = result;
  sender.spend(spansOf(tally));
  const isEmpty = batch.rows === 0 && batch.openReports === '' && tally.duplicates === 0;
  const stored = isEmpty ? nothingToStore : await store(options.sink, batch);
  if (stored.status === 'refused') return stored;
  const { keyId } = sender;
  options.metrics.accepted(tally, { isDuplicate: stored.isDuplicate, keyId, bytes: sentBytes });
  // Only what is acknowledged is forwarded, and a retry of it is not: the endpoint would count it twice.
  const isRepetition = stored.isDuplicate || (batch.rows === 0 && tally.duplicates > 0);
  if (!isRepetition) {
    const { contentType = '', contentEncoding, via } = head;
    const sent = arrived.sent === body ? read.bytes : arrived.sent;
    options.forward?.({ body: sent, contentType, contentEncoding, via });
  }
  return { status: 'taken', rejectedSpans: total(tally.rejected), message: rejectionMessage(tally) };
}

const readerLost = refused(
  'reader_lost',
  'What read the request ended before it was done. Send it again.',
  1,
);

function unread({ status, reason }: Exclude<ReadRequest, { status: 'ok' }>): Refused {
  return refused(status, status === 'too_large' ? reason : `Not an OTLP trace request: ${reason}.`);
}

const noMemory = refused('memory', 'Too much is being received at once. Send it again.', 1);

function firstBytes({ contentLength = FIRST_BYTES }: RequestHead): number {
  return Math.min(contentLength, FIRST_BYTES);
}

interface HeldBytes {
  /** @returns false when there is no room */
  replace(bytes: number): boolean;
  /** Takes more if it holds less. @returns false when there is no room */
  atLeast(bytes: number): boolean;
  end(): void;
}

function holdBytes(budget: ByteBudget): HeldBytes {
  let held = 0;
  let hasEnded = false;
  function replace(bytes: number): boolean {
    // Its sender left while it was worked on: nobody would give back what it takes now.
    if (hasEnded) return true;
    budget.give(held);
    held = budget.take(bytes) ? bytes : 0;
    return held === bytes;
  }
  return {
    replace,
    // In steps: a body arrives in thousands of pieces.
    atLeast: (bytes) => bytes <= held || replace(bytes + FIRST_BYTES),
    end() {
      hasEnded = true;
      budget.give(held);
      held = 0;
    },
  };
}

async function decompressed(
  sent: Buffer,
  { contentEncoding }: RequestHead,
  { maxBytes, hasRoom }: DecompressLimits,
): Promise<Buffer | Refused> {
  const result = await decompress(sent, contentEncoding, { maxBytes, hasRoom });
  switch (result.status) {
    case 'ok':
      return result.body;
    case 'too_large':
      return tooLarge(maxBytes);
    case 'no_room':
      return noMemory;
    case 'unknown_encoding':
      return refused('unsupported_type', 'Compress with gzip, deflate or zstd, or not at all.');
    case 'corrupt':
      return refused('undecodable', `The body is not valid ${contentEncoding}: ${result.reason}.`);
  }
}

type Stored = { readonly status: 'stored'; readonly isDuplicate: boolean } | Refused;

const nothingToStore: Stored = { status: 'stored', isDuplicate: false };

async function store(sink: Sink, batch: Batch): Promise<Stored> {
  const result = await sink.append(batch);
  return result.status === 'stored' ? result : busy(result.reason, result.retryAfterSeconds);
}

function rejectionMessage({ rejected }: Tally): string {
  return Array.from(rejected, ([reason, spans]) => `${spans} × ${describe(reason)}`).join('; ');
}

function describe(reason: Rejection): string {
  return `${reason} (${rejections[reason]})`;
}
