import type { IncomingHttpHeaders } from 'node:http';
import type { Json } from './json.ts';

/** Models listed by default; any other name is answered too. */
const MODELS = [
  { id: 'gpt-6-astra', owner: 'openai' },
  { id: 'gpt-5.4-mini', owner: 'openai' },
  { id: 'gpt-4o', owner: 'openai' },
  { id: 'gpt-4o-mini', owner: 'openai' },
  { id: 'o3', owner: 'openai' },
  { id: 'claude-sonnet-5', owner: 'anthropic' },
  { id: 'claude-opus-5-5', owner: 'anthropic' },
  { id: 'claude-haiku-5-5', owner: 'anthropic' },
  { id: 'gemini-2.5-pro', owner: 'google' },
  { id: 'gemini-2.5-flash', owner: 'google' },
  { id: 'llama3.3', owner: 'meta' },
  { id: 'command-a-03-2025', owner: 'cohere' },
  { id: 'amazon.nova-lite-v1:0', owner: 'amazon' },
] as const;

const RELEASED_AT_SECONDS = 1_735_689_600;

/** The list of models in the form of the API that `path` and `headers` belong to; `undefined` for other paths. */
export function listModels(path: string, headers: IncomingHttpHeaders): Json | undefined {
  if (path.endsWith('/api/tags')) {
    return { models: MODELS.map(({ id }) => ({ name: id, model: id, size: 0, digest: '', details: {} })) };
  }
  if (path.endsWith('/v1beta/models')) {
    return { models: MODELS.map(({ id }) => ({ name: `models/${id}`, displayName: id })) };
  }
  if (!path.endsWith('/v1/models')) return undefined;
  return headers['anthropic-version'] === undefined ? openaiList() : anthropicList();
}

function openaiList(): Json {
  const data = MODELS.map(({ id, owner }) => ({
    id,
    object: 'model',
    created: RELEASED_AT_SECONDS,
    owned_by: owner,
  }));
  return { object: 'list', data };
}

function anthropicList(): Json {
  const created_at = new Date(RELEASED_AT_SECONDS * 1000).toISOString();
  const data = MODELS.filter(({ owner }) => owner === 'anthropic').map(({ id }) => ({
    type: 'model',
    id,
    display_name: id,
    created_at,
  }));
  return { data, has_more: false, first_id: data[0]?.id ?? null, last_id: data.at(-1)?.id ?? null };
}
