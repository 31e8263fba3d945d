import { type AttachmentFacts, countAttachments, createAttachmentCount } from './attachments.ts';
import { detached } from './detached.ts';
import { jsonSkeleton, LongText, type Skeleton, type SkeletonObject } from './json-skeleton.ts';
import { boundaryOf, readFormData, readMultipart, type UploadFields } from './multipart.ts';
import { parseTarget, type Target } from './request-target.ts';

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
  /** Absent where nobody looked for any. */
  readonly attachments?: AttachmentFacts;
}

export interface CountedRequestFacts extends RequestFacts {
  readonly attachments: AttachmentFacts;
}

export type InputMember = (typeof inputMembers)[number];
const inputMembers = ['messages', 'contents', 'input', 'prompt', 'message', 'inputs'] as const;

/** What `fetch` takes as a body, or a parsed JSON body. What is none of these, or a one-time stream, tells nothing. */
export type RequestBody = string | ArrayBuffer | ArrayBufferView | FormData | object | null | undefined;

export interface RequestFactsOptions {
  readonly url?: string | URL;
  /** `content-type` of the request; needed for multipart bodies that are already serialised. */
  readonly contentType?: string | null;
}

/** Larger bodies are not looked at: only their size is told. */
const maxBodyBytes = 64 * 1024 * 1024;
const maxNameLength = 256;

/** Reads the body once, without parsing its long strings; keeps nothing of it. Never throws. */
export function requestFacts(body: RequestBody, options: RequestFactsOptions = {}): CountedRequestFacts {
  const target = parseTarget(options.url ?? '');
  const count = createAttachmentCount();
  const fields = readBody(body, options.contentType, count);
  const bytes = sizeOf(body);
  const name = (fields.model ?? modelOfPath(target.path))?.slice(0, maxNameLength);
  const model = name === undefined ? undefined : detached(name);
  const stream = fields.stream ?? streamOfTarget(target);
  return {
    ...(model === undefined ? {} : { model }),
    ...(stream === undefined ? {} : { stream }),
    ...(fields.input === undefined ? {} : { input: fields.input }),
    ...(fields.input === 'prompt' ? { operation: 'text_completion' } : {}),
    ...(bytes === undefined ? {} : { bytes }),
    attachments: count.facts(),
  };
}

interface BodyFields extends UploadFields {
  input?: InputMember;
}

type Count = ReturnType<typeof createAttachmentCount>;

function readBody(body: RequestBody, contentType: string | null | undefined, count: Count): BodyFields {
  if (body === null || body === undefined) return {};
  if (typeof FormData !== 'undefined' && body instanceof FormData) return readFormData(body, count);
  const boundary = boundaryOf(contentType);
  const text = textOf(body, boundary !== undefined);
  if (text !== undefined) {
    if (boundary !== undefined) return readMultipart(text, boundary, count);
    return readJson(jsonSkeleton(text), count);
  }
  return isPlainObject(body) ? readJson(body as SkeletonObject, count) : {};
}

function readJson(body: Skeleton, count: Count): BodyFields {
  if (typeof body !== 'object' || body === null || Array.isArray(body) || body instanceof LongText) return {};
  const object = body as SkeletonObject;
  countAttachments(object, count);
  const input = inputMembers.find((member) => isInput(object[member]));
  const model = [object.model, object.model_id].find((name) => typeof name === 'string' && name !== '');
  return {
    ...(typeof model === 'string' ? { model } : {}),
    ...(typeof object.stream === 'boolean' ? { stream: object.stream } : {}),
    ...(input === undefined ? {} : { input }),
  };
}

/** An object is no input but the reference to a prompt that the provider keeps (Responses). */
function isInput(value: Skeleton): boolean {
  if (value === undefined || value === null) return false;
  return typeof value !== 'object' || Array.isArray(value) || value instanceof LongText;
}

/** @param asBytes one character a byte, so that lengths are sizes. */
function textOf(body: unknown, asBytes: boolean): string | undefined {
  if (typeof body === 'string') return body.length > maxBodyBytes ? undefined : body;
  if (!(body instanceof ArrayBuffer) && !ArrayBuffer.isView(body)) return undefined;
  if (body.byteLength > maxBodyBytes) return undefined;
  return new TextDecoder(asBytes ? 'latin1' : 'utf-8').decode(body);
}

function sizeOf(body: unknown): number | undefined {
  if (typeof body === 'string') return utf8Length(body);
  if (body instanceof ArrayBuffer || ArrayBuffer.isView(body)) return body.byteLength;
  return typeof Blob !== 'undefined' && body instanceof Blob ? body.size : undefined;
}

const scratchBytes = 16 * 1024;
const encoder = new TextEncoder();
let scratch: Uint8Array<ArrayBuffer> | undefined;

/** Encodes into one small buffer again and again: no copy of the whole text. A buffer for each body would cost 4 us. */
function utf8Length(text: string): number {
  scratch ??= new Uint8Array(scratchBytes);
  let bytes = 0;
  let at = 0;
  while (at < text.length) {
    const { read, written } = encoder.encodeInto(text.slice(at, at + scratchBytes), scratch);
    if (read === 0) break;
    at += read;
    bytes += written;
  }
  return bytes;
}

function isPlainObject(body: object | string): boolean {
  if (typeof body === 'string') return false;
  const prototype = Object.getPrototypeOf(body);
  return prototype === Object.prototype || prototype === null;
}

/** Azure deployments, Bedrock, Gemini and Vertex AI, Cloudflare, Replicate and Hugging Face name the model in the path. */
const modelInPath: readonly RegExp[] = [
  /\/deployments\/([^/]+)\//,
  /\/model\/([^/]+)\/(?:converse|invoke)/,
  /\/models\/([^/:]+):[a-zA-Z]+$/,
  /\/ai\/run\/(@[^/]+\/[^/]+\/[^/]+)$/,
  /\/models\/([^/]+\/[^/]+)\/predictions$/,
  /\/models\/((?!chat\/)[^/]+\/[^/]+)$/,
  /\/serving-endpoints\/([^/]+)\/invocations$/,
];

function modelOfPath(path: string): string | undefined {
  for (const pattern of modelInPath) {
    const model = pattern.exec(path)?.[1];
    if (model !== undefined) return decoded(model);
  }
  return undefined;
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}

const streamingPath =
  /:stream[A-Z]\w*$|\/(converse-stream|invoke-with-response-stream|generate_stream|\w+_stream)$/;
const answeringPath = /:(generateContent|rawPredict|predict)$|\/model\/[^/]+\/(converse|invoke)$/;

function streamOfTarget({ path, query }: Target): boolean | undefined {
  if (streamingPath.test(path) || query.get('stream') === 'true' || query.get('alt') === 'sse') return true;
  return answeringPath.test(path) ? false : undefined;
}
