import type { StreamFacts } from '@weir/schemas/attributes';
import type { RequestFacts } from '../protocols/index.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import type { RecognisedCall } from './recognised-call.ts';

/** What is known of a call before it is answered. */
export function requestSideFacts(
  request: OutgoingRequest,
  { url, body, protocol, provider }: RecognisedCall,
): StreamFacts {
  return {
    operation: protocol.operation,
    protocol: protocol.name,
    ...(provider === undefined ? {} : { provider }),
    serverAddress: url.hostname,
    serverPort: portOf(url),
    ...bodyFacts(body),
    ...resendFacts(request),
  };
}

/** What the body of a request tells. */
export function bodyFacts(body: RequestFacts): StreamFacts {
  return {
    ...(body.operation === undefined ? {} : { operation: body.operation }),
    ...(body.model === undefined ? {} : { model: body.model }),
    ...(body.stream === true ? { requestStream: true } : {}),
    ...(body.bytes === undefined ? {} : { requestBytes: body.bytes }),
    ...attachmentFacts(body),
  };
}

function attachmentFacts({ attachments }: RequestFacts): StreamFacts {
  if (attachments === undefined) return {};
  return {
    attachmentCount: attachments.count,
    attachmentClass: attachments.class,
    ...(attachments.bytes === undefined ? {} : { attachmentBytes: attachments.bytes }),
    ...(attachments.count === 0
      ? {}
      : { attachmentClasses: attachments.classes, attachmentMimeTypes: attachments.mimeTypes }),
  };
}

function portOf(url: URL): number {
  if (url.port !== '') return Number(url.port);
  return url.protocol === 'http:' ? 80 : 443;
}

/** The Stainless-made clients (`openai`, `@anthropic-ai/sdk`, …) count their own retries in a header. */
function resendFacts(request: OutgoingRequest): StreamFacts {
  const header = request.headers.get('x-stainless-retry-count');
  const resendCount = header === null ? Number.NaN : Number(header);
  if (!Number.isSafeInteger(resendCount) || resendCount < 0) return {};
  return resendCount === 0 ? { attempt: 1 } : { resendCount, attempt: resendCount + 1 };
}

/** What `openai` and `@anthropic-ai/sdk` wait for headers unless told otherwise, seconds. */
const libraryDefaultSeconds = 600;

/**
 * How such a client announces its timer for the response headers, seconds; it rounds down. `openai` announces only a
 * timeout that is set on the call: one that is set on the client cannot be told from a wish to abort.
 */
export function headersTimerOf(request: OutgoingRequest): number | undefined {
  if (!libraryOwnsSignal(request)) return undefined;
  const seconds = Number(request.headers.get('x-stainless-timeout') ?? libraryDefaultSeconds);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds : undefined;
}

/** Whether a client library stands between the application's signal and `fetch`. */
export function libraryOwnsSignal(request: OutgoingRequest): boolean {
  return request.headers.get('x-stainless-lang') !== null;
}
