import type { HeaderSource } from './headers.ts';
import { providerOfHeaders } from './providers.ts';

/** Something between this service and the provider that shows itself in the headers of a response. */
export interface Intermediary {
  readonly name: string;
  /** The header that shows it, at most 100 characters. */
  readonly evidence: string;
}

/** Programs that pass on what others answer, by what they call themselves in `server` and `via`. */
const proxies: readonly (readonly [RegExp, string])[] = [
  [/cloudflare/i, 'cloudflare'],
  [/cloudfront/i, 'cloudfront'],
  [/openresty|nginx/i, 'nginx'],
  [/envoy/i, 'envoy'],
  [/awselb/i, 'aws-elb'],
  [/squid/i, 'squid'],
  [/varnish/i, 'varnish'],
  [/haproxy/i, 'haproxy'],
  [/traefik/i, 'traefik'],
  [/caddy/i, 'caddy'],
  [/kong/i, 'kong'],
  [/akamai/i, 'akamai'],
  [/fastly/i, 'fastly'],
  [/microsoft-azure-application-gateway/i, 'azure-application-gateway'],
  [/zscaler/i, 'zscaler'],
  [/big-?ip/i, 'big-ip'],
  [/netskope/i, 'netskope'],
  [/vegur|heroku/i, 'heroku'],
  [/^vercel|\bvercel\b/i, 'vercel'],
  [/netlify/i, 'netlify'],
  [/fly\//i, 'fly'],
  [/\bgoogle\b|^gws|google frontend/i, 'google-frontend'],
  [/litellm/i, 'litellm'],
];

/** Headers that only an intermediary sets. */
const marks: readonly (readonly [string, string])[] = [
  ['x-litellm-version', 'litellm'],
  ['x-portkey-trace-id', 'portkey'],
  ['helicone-id', 'helicone'],
  ['cf-aig-log-id', 'cloudflare-ai-gateway'],
  ['x-squid-error', 'squid'],
  ['x-kong-proxy-latency', 'kong'],
  ['cf-mitigated', 'cloudflare'],
  ['x-vercel-error', 'vercel'],
];

/** What a provider's own edge is made of, as its public endpoints show: no sign of anything in between. */
const edges: Readonly<Record<string, readonly string[]>> = {
  openai: ['cloudflare', 'envoy'],
  anthropic: ['cloudflare', 'google-frontend', 'envoy'],
  groq: ['cloudflare', 'google-frontend'],
  perplexity: ['cloudflare'],
  x_ai: ['cloudflare'],
  mistral_ai: ['cloudflare', 'kong', 'envoy'],
  openrouter: ['cloudflare'],
  together_ai: ['cloudflare'],
  fireworks_ai: ['cloudflare', 'envoy'],
  replicate: ['cloudflare', 'google-frontend', 'nginx'],
  cerebras: ['cloudflare'],
  ai21: ['cloudflare'],
  'aws.bedrock': ['google-frontend'],
  deepseek: ['cloudfront', 'nginx', 'cloudflare'],
  // Its router passes on the headers of the providers behind it.
  huggingface: ['cloudfront', 'nginx', 'cloudflare', 'kong'],
  cohere: ['envoy', 'google-frontend'],
  ollama: ['google-frontend', 'fly'],
  'gcp.gemini': ['google-frontend'],
  'gcp.vertex_ai': ['google-frontend'],
  'gcp.gen_ai': ['google-frontend'],
  writer: ['cloudflare', 'nginx'],
  snowflake: ['nginx', 'envoy'],
  alibaba_cloud: ['envoy', 'nginx'],
  'ibm.watsonx.ai': ['cloudflare', 'nginx', 'envoy'],
  vercel: ['vercel'],
  cloudflare: ['cloudflare'],
};

const maxEvidence = 100;

/** @returns the first intermediary that is not the provider's own edge; undefined if the headers show none. */
export function intermediaryOf(
  headers: HeaderSource,
  provider: string | undefined,
): Intermediary | undefined {
  const isForeign = (name: string) => !isOwnEdge(name, provider ?? providerOfHeaders(headers));
  for (const [header, name] of marks) {
    if (headers.get(header) !== null && isForeign(name)) return { name, evidence: header };
  }
  for (const header of selfNaming) {
    const value = headers.get(header);
    const name = value === null ? undefined : proxyName(value, header);
    if (name !== undefined && isForeign(name)) {
      return { name, evidence: `${header}: ${value}`.slice(0, maxEvidence) };
    }
  }
  return undefined;
}

const selfNaming = ['server', 'via'] as const;

function isOwnEdge(name: string, provider: string | undefined): boolean {
  return provider !== undefined && edges[provider]?.includes(name) === true;
}

/** Any `via` is an intermediary (RFC 9110, section 7.6.3); a `server` only if it is known to be one. */
function proxyName(value: string, header: string): string | undefined {
  return proxies.find(([pattern]) => pattern.test(value))?.[1] ?? (header === 'via' ? 'proxy' : undefined);
}
