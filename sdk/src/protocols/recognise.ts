import { anthropicMessages } from './anthropic-messages.ts';
import { genericSse } from './generic.ts';
import { openaiChat } from './openai-chat.ts';
import type { Protocol } from './protocol.ts';
import type { RequestFacts } from './request-facts.ts';

/** What is known of an HTTP exchange; the response part only after its headers came. */
export interface Exchange {
  readonly url: string | URL;
  readonly method?: string;
  readonly request?: RequestFacts;
  /** `content-type` of the response. */
  readonly contentType?: string | null;
}

/**
 * - `recognised`: a call to a language model in this wire format.
 * - `candidate`: a streaming response of unknown origin; a reader may still find out what it is.
 * - `other`: no call to a language model.
 */
export type Recognition =
  | { readonly status: 'recognised'; readonly protocol: Protocol; readonly provider: string | undefined }
  | { readonly status: 'candidate'; readonly protocol: Protocol; readonly provider: string | undefined }
  | { readonly status: 'other' };

export function recogniseProtocol(exchange: Exchange): Recognition {
  const path = typeof exchange.url === 'string' ? exchange.url : exchange.url.pathname;
  if (path.includes('/chat/completions'))
    return { status: 'recognised', protocol: openaiChat, provider: undefined };
  if (path.includes('/messages'))
    return { status: 'recognised', protocol: anthropicMessages, provider: undefined };
  return exchange.contentType?.includes('text/event-stream')
    ? { status: 'candidate', protocol: genericSse, provider: undefined }
    : { status: 'other' };
}
