import type { StreamFacts } from '@weir/schemas/attributes';
import { hashUserId } from '../identity.ts';
import type { AttemptFacts, ObservedCall, ObserveOptions } from './options.ts';
import type { OutgoingRequest } from './outgoing-request.ts';
import type { RecognisedCall } from './recognised-call.ts';

/** What is known of a call before it is answered. */
export function requestSideFacts({ request, body, protocol, provider }: RecognisedCall): StreamFacts {
  const { attachments } = body;
  return {
    operation: body.operation ?? protocol.operation,
    protocol: protocol.name,
    ...(provider === undefined ? {} : { provider }),
    ...(body.model === undefined ? {} : { model: body.model }),
    ...(body.stream === true ? { requestStream: true } : {}),
    ...(body.bytes === undefined ? {} : { requestBytes: body.bytes }),
    serverAddress: request.url.hostname,
    serverPort: portOf(request.url),
    attachmentCount: attachments.count,
    attachmentClass: attachments.class,
    ...(attachments.bytes === undefined ? {} : { attachmentBytes: attachments.bytes }),
    ...(attachments.count === 0
      ? {}
      : { attachmentClasses: attachments.classes, attachmentMimeTypes: attachments.mimeTypes }),
    ...resendFacts(request),
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

export interface ToldFacts {
  readonly facts: StreamFacts;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly attempt: AttemptFacts | undefined;
}

/** What the application says about a call. A callback that throws says nothing. */
export function toldFacts(
  options: ObserveOptions,
  call: ObservedCall,
  onBug: (bug: unknown) => void,
): ToldFacts {
  const ask = <T>(callback: ((call: ObservedCall) => T | undefined) | undefined): T | undefined => {
    try {
      return callback?.(call);
    } catch (bug) {
      onBug(bug);
      return undefined;
    }
  };
  const sessionId = ask(options.session);
  const conversationId = ask(options.conversation);
  const told = ask(options.request);
  const attempt = typeof told === 'string' ? { requestId: told } : told;
  const { dimensions } = options;
  return {
    attempt,
    dimensions: (typeof dimensions === 'function' ? ask(dimensions) : dimensions) ?? {},
    facts: {
      ...userFacts(ask(options.user)),
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(conversationId === undefined ? {} : { conversationId }),
      ...attemptFacts(attempt),
    },
  };
}

function userFacts(user: string | { readonly hash: string } | undefined): StreamFacts {
  if (user === undefined) return {};
  return { userHash: typeof user === 'string' ? hashUserId(user) : user.hash };
}

function attemptFacts(told: AttemptFacts | undefined): StreamFacts {
  if (told === undefined) return {};
  return {
    requestId: told.requestId,
    ...(told.attempt === undefined ? {} : { attempt: told.attempt }),
    ...(told.final === undefined ? {} : { finalAttempt: told.final }),
  };
}
