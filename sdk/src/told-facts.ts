import type { StreamFacts } from '@weir/schemas/attributes';
import type { AttemptFacts, ObservedCall, ObserveOptions } from './fetch/options.ts';

export interface ToldFacts {
  readonly facts: StreamFacts;
  readonly dimensions: Readonly<Record<string, string>>;
  readonly attempt: AttemptFacts | undefined;
}

export interface ToldFactsOptions {
  readonly hashUserId: HashUserId;
  readonly onBug: (bug: unknown) => void;
}

type HashUserId = (id: string) => string;

/** What the application says about a call. A callback that throws says nothing. */
export function toldFacts(
  options: ObserveOptions,
  call: ObservedCall,
  { hashUserId, onBug }: ToldFactsOptions,
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
  const attempt = attemptOf(told);
  const { dimensions } = options;
  return {
    attempt,
    dimensions: (typeof dimensions === 'function' ? ask(dimensions) : dimensions) ?? {},
    facts: {
      ...userFacts(ask(options.user), hashUserId),
      ...(sessionId === undefined ? {} : { sessionId }),
      ...(conversationId === undefined ? {} : { conversationId }),
      ...attemptFacts(attempt),
    },
  };
}

export function userFacts(
  user: string | { readonly hash: string } | undefined,
  hashUserId: HashUserId,
): StreamFacts {
  const hash = typeof user === 'string' ? hashUserId(user) : user?.hash;
  return hash === undefined ? {} : { userHash: hash };
}

function attemptOf(told: string | AttemptFacts | undefined): AttemptFacts | undefined {
  return typeof told === 'string' ? { requestId: told } : told;
}

export function attemptFacts(told: string | AttemptFacts | undefined): StreamFacts {
  const attempt = attemptOf(told);
  if (attempt === undefined) return {};
  return {
    requestId: attempt.requestId,
    ...(attempt.attempt === undefined ? {} : { attempt: attempt.attempt }),
    ...(attempt.final === undefined ? {} : { finalAttempt: attempt.final }),
  };
}
