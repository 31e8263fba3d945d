import type { HeaderSource } from './headers.ts';
import { type Intermediary, intermediaryOf } from './intermediary.ts';

/** What response headers tell. Ids and names are at most 128 characters. */
export interface ResponseFacts {
  /** The provider's id of the request: what its support asks for. */
  readonly providerRequestId?: string;
  /** The id that a gateway or CDN gave the request. */
  readonly gatewayId?: string;
  /** `server`. */
  readonly server?: string;
  /** How long to wait before another attempt, seconds. */
  readonly retryAfterSeconds?: number;
  /** Something between this service and the provider that shows itself. */
  readonly intermediary?: Intermediary;
}

const maxLength = 128;

/** In order: the name that the provider's documents give for support comes first. */
const requestIdHeaders = [
  'request-id',
  'x-request-id',
  'apim-request-id',
  'x-amzn-requestid',
  'x-ms-request-id',
  'x-goog-request-id',
  'x-generation-id',
  'x-groq-id',
  'mistral-correlation-id',
  'x-ds-trace-id',
  'x-debug-trace-id',
  'x-global-transaction-id',
  'inference-id',
  'x-inference-request-id',
  'x-trace-id',
] as const;

const gatewayIdHeaders = [
  'cf-ray',
  'x-amz-cf-id',
  'x-azure-ref',
  'x-vercel-id',
  'x-nf-request-id',
  'fly-request-id',
  'x-amz-apigw-id',
  'x-amzn-trace-id',
  'x-cloud-trace-context',
  'x-kong-request-id',
  'x-litellm-call-id',
  'cf-aig-log-id',
  'helicone-id',
  'x-portkey-trace-id',
  'x-served-by',
] as const;

/**
 * @param nowMs wall clock, ms since the epoch: `retry-after` may be a date.
 * @param provider `gen_ai.provider.name`: tells the provider's own edge from something in between.
 */
export function responseFacts(headers: HeaderSource, nowMs: number, provider?: string): ResponseFacts {
  const intermediary = intermediaryOf(headers, provider);
  return { ...headerFacts(headers, nowMs), ...(intermediary === undefined ? {} : { intermediary }) };
}

/** What headers say by themselves, without a judgement on who is in between. */
function headerFacts(headers: HeaderSource, nowMs: number): ResponseFacts {
  const providerRequestId = firstOf(headers, requestIdHeaders);
  const gatewayId = firstOf(headers, gatewayIdHeaders);
  const server = headers.get('server')?.slice(0, maxLength);
  const retryAfterSeconds = retryAfterOf(headers, nowMs);
  return {
    ...(providerRequestId === undefined ? {} : { providerRequestId }),
    ...(gatewayId === undefined ? {} : { gatewayId }),
    ...(server === undefined ? {} : { server }),
    ...(retryAfterSeconds === undefined ? {} : { retryAfterSeconds }),
  };
}

function firstOf(headers: HeaderSource, names: readonly string[]): string | undefined {
  for (const name of names) {
    const value = headers.get(name);
    if (value !== null && value !== '') return value.slice(0, maxLength);
  }
  return undefined;
}

/** `retry-after-ms` of OpenAI and Azure is the finer one; `retry-after` is seconds or an HTTP date (RFC 9110, 10.2.3). */
function retryAfterOf(headers: HeaderSource, nowMs: number): number | undefined {
  const milliseconds = positive(headers.get('retry-after-ms'));
  if (milliseconds !== undefined) return milliseconds / 1000;
  const value = headers.get('retry-after');
  if (value === null) return undefined;
  if (/^\s*\d+(\.\d+)?\s*$/.test(value)) return Number(value);
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, (date - nowMs) / 1000);
}

/** Azure sends `retry-after-ms: 0` beside a `retry-after` of a second. */
function positive(value: string | null): number | undefined {
  const number = value === null ? Number.NaN : Number(value);
  return number > 0 && Number.isFinite(number) ? number : undefined;
}
