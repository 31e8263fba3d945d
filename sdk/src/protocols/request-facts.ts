import type { AttachmentClass } from '@weir/schemas/attributes';
import { asObject, asText, parseJson } from './json.ts';

/** What a request body tells, without any of its content. */
export interface RequestFacts {
  readonly model?: string;
  /** A stream was asked for. */
  readonly stream?: boolean;
  /** `gen_ai.operation.name`, where the body tells it. */
  readonly operation?: string;
  /** Body size, bytes (UTF-8). */
  readonly bytes?: number;
  readonly attachments: AttachmentFacts;
}

export interface AttachmentFacts {
  readonly count: number;
  /** Sum of the decoded sizes that are known, bytes; undefined if none is. */
  readonly bytes?: number;
  /** `none`, the one class there is, or `mixed`. */
  readonly class: AttachmentClass;
  readonly classes: readonly AttachmentClass[];
  readonly mimeTypes: readonly string[];
}

/** What a body may be; anything else tells nothing. */
export type RequestBody = string | Uint8Array | object | undefined | null;

export interface RequestFactsOptions {
  readonly url?: string | URL;
  readonly contentType?: string | null;
}

/** Never throws, keeps nothing of the body. */
export function requestFacts(body: RequestBody, _options: RequestFactsOptions = {}): RequestFacts {
  const parsed = typeof body === 'string' ? parseJson(body) : undefined;
  const object = asObject(parsed?.status === 'ok' ? parsed.value : undefined);
  const model = asText(object?.model);
  return {
    ...(model === undefined ? {} : { model }),
    ...(typeof object?.stream === 'boolean' ? { stream: object.stream } : {}),
    attachments: { count: 0, class: 'none', classes: [], mimeTypes: [] },
  };
}
