import { asObject, asText, parseJson } from '../protocols/json.ts';
import type { RequestBody, RequestFacts } from '../protocols/request-facts.ts';

/** Larger bodies hold attachments: parsing them would hold up the page, so they tell nothing. */
const maxBodyChars = 256 * 1024;
const maxNameLength = 256;

/** What a JSON body says of the model, without its attachments. Never throws. */
export function pageRequestFacts(body: RequestBody): RequestFacts {
  if (typeof body !== 'string' || body.length > maxBodyChars) return {};
  const parsed = parseJson(body);
  const fields = parsed.status === 'ok' ? asObject(parsed.value) : undefined;
  if (fields === undefined) return {};
  const model = asText(fields.model)?.slice(0, maxNameLength);
  const input = (['messages', 'input', 'prompt'] as const).find((member) => fields[member] != null);
  return {
    ...(model === undefined ? {} : { model }),
    ...(typeof fields.stream === 'boolean' ? { stream: fields.stream } : {}),
    ...(input === undefined ? {} : { input }),
  };
}
