import { type AttachmentFacts } from './attachments.ts';
/** What a request tells, without any of its content. */
export interface RequestFacts {
  /** From the body, or where that has none, from the path. */
  readonly model?: string;
  /** Whether a stream was asked for, by body, path or query; absent where none of them says. */
  readonly stream?: boolean;
  /** The member that carries the input: it tells which family of APIs the body is written for. */
  readonly input?: InputMember;
  /** `gen_ai.operation.name`, where the body tells it more precisely than the wire format does. */
  readonly operation?: string;
  /** Body size, bytes. */
  readonly bytes?: number;
  readonly attachments: AttachmentFacts;
}
export type InputMember = (typeof inputMembers)[number];
declare const inputMembers: readonly ['messages', 'contents', 'input', 'prompt', 'message', 'inputs'];
/** What `fetch` takes as a body, or a parsed JSON body. What is none of these, or a one-time stream, tells nothing. */
export type RequestBody = string | ArrayBuffer | ArrayBufferView | FormData | object | null | undefined;
export interface RequestFactsOptions {
  readonly url?: string | URL;
  /** `content-type` of the request; needed for multipart bodies that are already serialised. */
  readonly contentType?: string | null;
}
/** Reads the body once, without parsing its long strings; keeps nothing of it. Never throws. */
export declare function requestFacts(body: RequestBody, options?: RequestFactsOptions): RequestFacts;
