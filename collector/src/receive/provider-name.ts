/**
 * `gen_ai.provider.name` of the OpenTelemetry conventions for the names that `gen_ai.system`, Vercel's
 * `ai.model.provider` and OpenInference's `llm.provider` and `llm.system` have used for the same.
 */
const canonicalNames: ReadonlyMap<string, string> = new Map(
  Object.entries({
    'az.ai.inference': 'azure.ai.inference',
    azure_ai_inference: 'azure.ai.inference',
    'az.ai.openai': 'azure.ai.openai',
    azure: 'azure.ai.openai',
    'azure-openai': 'azure.ai.openai',
    azure_openai: 'azure.ai.openai',
    aws: 'aws.bedrock',
    bedrock: 'aws.bedrock',
    'amazon-bedrock': 'aws.bedrock',
    aws_bedrock: 'aws.bedrock',
    gemini: 'gcp.gemini',
    google: 'gcp.gen_ai',
    google_genai: 'gcp.gen_ai',
    'google.generative-ai': 'gcp.gemini',
    google_generativeai: 'gcp.gemini',
    'google.vertex': 'gcp.vertex_ai',
    vertex_ai: 'gcp.vertex_ai',
    vertexai: 'gcp.vertex_ai',
    mistral: 'mistral_ai',
    mistralai: 'mistral_ai',
    xai: 'x_ai',
    watsonx: 'ibm.watsonx.ai',
  }),
);

/** Vercel adds the kind of model to the provider: `openai.chat`, `anthropic.messages`, `google.vertex.chat`. */
const modelKind = /\.(chat|responses|completion|completions|messages|language-model)$/;

/** @returns the name of the conventions where one is known, else the given one in lower case */
export function providerName(given: string): string {
  const name = given.trim().toLowerCase().replace(modelKind, '');
  return canonicalNames.get(name) ?? name;
}
