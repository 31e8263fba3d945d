import type { HeaderSource } from './headers.ts';

/**
 * `gen_ai.provider.name` by host. The well-known values of
 * https://opentelemetry.io/docs/specs/semconv/registry/attributes/gen-ai/ where one exists, else the provider's own
 * short name. A host that is not here leaves the provider unset: an OpenAI-compatible endpoint can be anybody's.
 */
const providerByHost: readonly (readonly [RegExp, string])[] = [
  [/(^|\.)openai\.azure\.com$|(^|\.)cognitiveservices\.azure\.com$/, 'azure.ai.openai'],
  [
    /(^|\.)services\.ai\.azure\.com$|(^|\.)models\.ai\.azure\.com$|^models\.inference\.ai\.azure\.com$/,
    'azure.ai.inference',
  ],
  [/(^|\.)openai\.com$/, 'openai'],
  [/(^|\.)(anthropic|claude)\.com$/, 'anthropic'],
  [/(^|-)aiplatform\.googleapis\.com$|^aiplatform\.[a-z0-9-]+\.rep\.googleapis\.com$/, 'gcp.vertex_ai'],
  [/^generativelanguage\.googleapis\.com$/, 'gcp.gemini'],
  [/^cloudcode-pa\.googleapis\.com$/, 'gcp.gen_ai'],
  [/^bedrock(-[a-z]+)*\..*\.(amazonaws\.com(\.cn)?|api\.aws)$/, 'aws.bedrock'],
  [/(^|\.)cohere\.(com|ai)$/, 'cohere'],
  [/(^|\.)mistral\.ai$/, 'mistral_ai'],
  [/(^|\.)groq\.com$/, 'groq'],
  [/(^|\.)deepseek\.com$/, 'deepseek'],
  [/(^|\.)perplexity\.ai$/, 'perplexity'],
  [/(^|\.)x\.ai$/, 'x_ai'],
  [/(^|\.)ml\.cloud\.ibm\.com$/, 'ibm.watsonx.ai'],
  [/(^|\.)openrouter\.ai$/, 'openrouter'],
  [/(^|\.)together\.(xyz|ai)$/, 'together_ai'],
  [/(^|\.)fireworks\.ai$/, 'fireworks_ai'],
  [/(^|\.)replicate\.(com|net|delivery)$/, 'replicate'],
  [/(^|\.)huggingface\.co(m)?$|(^|\.)endpoints\.huggingface\.cloud$/, 'huggingface'],
  [/(^|\.)ollama\.com$/, 'ollama'],
  [/(^|\.)snowflakecomputing\.com$/, 'snowflake'],
  [/(^|\.)writer\.com$/, 'writer'],
  [/(^|\.)dashscope(-[a-z]+)?\.aliyuncs\.com$/, 'alibaba_cloud'],
  [/(^|\.)cerebras\.ai$/, 'cerebras'],
  [/(^|\.)sambanova\.ai$/, 'sambanova'],
  [/(^|\.)moonshot\.(ai|cn)$/, 'moonshot_ai'],
  [/(^|\.)(z\.ai|bigmodel\.cn)$/, 'zhipu_ai'],
  [/(^|\.)minimax(i)?\.(io|chat|com)$/, 'minimax'],
  [/(^|\.)volces\.com$/, 'volcengine'],
  [/(^|\.)ai21\.com$/, 'ai21'],
  [/(^|\.)deepinfra\.com$/, 'deepinfra'],
  [/(^|\.)novita\.ai$/, 'novita_ai'],
  [/(^|\.)hyperbolic\.xyz$/, 'hyperbolic'],
  [/(^|\.)baseten\.co$/, 'baseten'],
  [/(^|\.)nvidia\.com$/, 'nvidia'],
  [/(^|\.)databricks\.(com|net)$|(^|\.)azuredatabricks\.net$/, 'databricks'],
  [/(^|\.)githubcopilot\.com$|^models\.github\.ai$/, 'github'],
  [/(^|\.)ai-gateway\.vercel\.sh$/, 'vercel'],
  [/^api\.cloudflare\.com$/, 'cloudflare'],
];

/** Paths under which a gateway serves one provider: Cloudflare AI Gateway, Portkey, Helicone and proxies like them. */
const providerByPath: readonly (readonly [RegExp, string])[] = [
  [/\/anthropic\//, 'anthropic'],
  [/^\/v1\/[0-9a-f]{32}\/[^/]+\/openai\//, 'openai'],
  [/\/azure-openai\/|\/openai\/deployments\//, 'azure.ai.openai'],
  [/\/aws-bedrock\//, 'aws.bedrock'],
  [/\/google-vertex-ai\//, 'gcp.vertex_ai'],
  [/\/google-ai-studio\//, 'gcp.gemini'],
  [/\/groq\//, 'groq'],
  [/\/mistral\//, 'mistral_ai'],
  [/\/cohere\//, 'cohere'],
  [/\/deepseek\//, 'deepseek'],
  [/\/perplexity-ai\//, 'perplexity'],
  [/\/openrouter\//, 'openrouter'],
];

/** @returns undefined where neither host nor path names one. */
export function providerOf(host: string, path: string): string | undefined {
  const byHost = providerByHost.find(([pattern]) => pattern.test(host))?.[1];
  return byHost ?? providerByPath.find(([pattern]) => pattern.test(path))?.[1];
}

/** Response headers that one provider sends, and that a transparent proxy passes on. */
const providerByHeader: readonly (readonly [string, string])[] = [
  ['anthropic-organization-id', 'anthropic'],
  ['x-ms-deployment-name', 'azure.ai.openai'],
  ['apim-request-id', 'azure.ai.openai'],
  ['openai-processing-ms', 'openai'],
  ['openai-organization', 'openai'],
  ['x-amzn-bedrock-invocation-latency', 'aws.bedrock'],
  ['x-groq-region', 'groq'],
  ['x-ds-trace-id', 'deepseek'],
  ['mistral-correlation-id', 'mistral_ai'],
];

/** @returns undefined where no header names a provider. */
export function providerOfHeaders(headers: HeaderSource): string | undefined {
  return providerByHeader.find(([name]) => headers.get(name) !== null)?.[1];
}
