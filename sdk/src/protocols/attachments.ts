import type { AttachmentClass } from '@weir/schemas/attributes';
import { attachmentClassOf, mimeOf, mimeOfBase64, mimeOfName } from './attachment-class.ts';
import { detached } from './detached.ts';
import { LongText, type Skeleton, type SkeletonObject } from './json-skeleton.ts';

/** The files that came with a request, by kind and size; never their content or names. */
export interface AttachmentFacts {
  readonly count: number;
  /** Sum of the decoded sizes that the body tells, bytes; absent if it tells none (ids and URLs do not). */
  readonly bytes?: number;
  /** `none`, the one class there is, or `mixed`. */
  readonly class: AttachmentClass;
  /** The classes there are, each once. */
  readonly classes: readonly AttachmentClass[];
  /** The MIME types that are known, each once; at most 16. */
  readonly mimeTypes: readonly string[];
}

interface Attachment {
  readonly class: AttachmentClass;
  readonly mime?: string | undefined;
  readonly bytes?: number | undefined;
}

const maxMimeTypes = 16;

/** Adds up attachments as they are found. */
export interface AttachmentCount {
  add(attachment: Attachment): void;
  facts(): AttachmentFacts;
}

export function createAttachmentCount(): AttachmentCount {
  const classes = new Set<AttachmentClass>();
  const mimeTypes = new Set<string>();
  let count = 0;
  let bytes: number | undefined;
  return {
    add(attachment) {
      count += 1;
      classes.add(attachment.class);
      if (attachment.mime !== undefined && mimeTypes.size < maxMimeTypes)
        mimeTypes.add(detached(attachment.mime));
      if (attachment.bytes !== undefined) bytes = (bytes ?? 0) + attachment.bytes;
    },
    facts() {
      const [first = 'none'] = classes;
      return {
        count,
        ...(bytes === undefined ? {} : { bytes }),
        class: classes.size > 1 ? 'mixed' : first,
        classes: [...classes],
        mimeTypes: [...mimeTypes],
      };
    },
  };
}

/**
 * Finds the attachments of a request in every wire format: an object is one if it has one of the members below that
 * carry a file. An object that is one is not searched further.
 */
export function countAttachments(body: Skeleton, count: AttachmentCount): void {
  if (Array.isArray(body)) {
    for (const item of body) countAttachments(item, count);
    return;
  }
  const object = objectOf(body);
  if (object === undefined) return;
  const attachment = attachmentIn(object);
  if (attachment !== undefined) {
    count.add(attachment);
    return;
  }
  for (const [key, value] of Object.entries(object)) {
    if (key === 'images' && Array.isArray(value)) countBareImages(value, count);
    else if (!definitions.has(key)) countAttachments(value, count);
  }
}

/** Members that describe tools and formats; the schemas in them can be of any shape. */
const definitions: ReadonlySet<string> = new Set([
  'tools',
  'functions',
  'response_format',
  'toolConfig',
  'generationConfig',
  'metadata',
]);

/** Ollama: base64 strings without a type. */
function countBareImages(images: readonly Skeleton[], count: AttachmentCount): void {
  for (const image of images) {
    if (objectOf(image) !== undefined) countAttachments(image, count);
    else count.add(fromBase64(image, 'image/*'));
  }
}

/** How each wire format writes a file. The first that applies describes the object. */
const forms: readonly ((part: SkeletonObject) => Attachment | undefined)[] = [
  openaiPart,
  anthropicSource,
  geminiPart,
  bedrockBlock,
  typedFile,
];

function attachmentIn(part: SkeletonObject): Attachment | undefined {
  for (const form of forms) {
    const attachment = form(part);
    if (attachment !== undefined) return attachment;
  }
  return undefined;
}

/** OpenAI chat and Responses, Mistral, Cohere, OpenRouter. The type names the member that carries the file. */
const openaiMembers: Readonly<Record<string, readonly [member: string, fallback: string | undefined]>> = {
  image_url: ['image_url', 'image/*'],
  input_image: ['image_url', 'image/*'],
  computer_screenshot: ['image_url', 'image/*'],
  video_url: ['video_url', 'video/*'],
  input_video: ['video_url', 'video/*'],
  audio_url: ['audio_url', 'audio/*'],
  input_audio: ['input_audio', 'audio/*'],
  document_url: ['document_url', undefined],
  input_file: ['file_data', undefined],
  file_url: ['file_url', undefined],
  file: ['file', undefined],
};

function openaiPart(part: SkeletonObject): Attachment | undefined {
  const type = part.type;
  if (typeof type !== 'string' || !Object.hasOwn(openaiMembers, type)) return undefined;
  const [member, fallback] = openaiMembers[type] ?? [];
  if (member === undefined) return undefined;
  const carrier = objectOf(part[member]) ?? part;
  const inline = firstText(carrier.data, carrier.file_data);
  const reference = firstText(carrier.url, part[member], carrier.file_url, carrier.file_id);
  if (inline === undefined && reference === undefined) return undefined;
  const name = shortText(carrier.filename) ?? shortText(part.file_name) ?? shortText(carrier.format);
  const mime = shortText(part.mediaType) ?? (name === undefined ? undefined : mimeOfName(name)) ?? fallback;
  // Mistral's audio and Perplexity's documents are base64 in the place of a URL.
  if (inline === undefined && !(reference instanceof LongText)) return fromUrl(reference, mime);
  return fromBase64(inline ?? reference, mime);
}

/** Anthropic: `{type: image | document, source: {type: base64 | url | file | text, …}}`. */
function anthropicSource(part: SkeletonObject): Attachment | undefined {
  if (part.type === 'container_upload') return { class: 'unknown' };
  const source = objectOf(part.source);
  const sourceType = source?.type;
  if (source === undefined || typeof sourceType !== 'string') return undefined;
  if (part.type !== 'image' && part.type !== 'document' && part.type !== 'video') return undefined;
  const fallback = part.type === 'document' ? 'application/pdf' : `${part.type}/*`;
  const mime = shortText(source.media_type);
  if (sourceType === 'text') return fromPlainText(source.data);
  if (sourceType === 'content') return { class: 'text' };
  if (sourceType === 'file')
    return { class: part.type === 'document' ? 'document' : attachmentClassOf(fallback) };
  return sourceType === 'url'
    ? fromUrl(source.url, mime ?? fallback)
    : fromBase64(source.data, mime ?? fallback);
}

/** Gemini: `inlineData` and `fileData`, in either spelling. */
function geminiPart(part: SkeletonObject): Attachment | undefined {
  const inline = objectOf(part.inlineData) ?? objectOf(part.inline_data);
  if (inline !== undefined)
    return fromBase64(inline.data, shortText(inline.mimeType) ?? shortText(inline.mime_type));
  const file = objectOf(part.fileData) ?? objectOf(part.file_data);
  if (file === undefined) return undefined;
  const uri = firstText(file.fileUri, file.file_uri);
  return uri === undefined ? undefined : fromUrl(uri, shortText(file.mimeType) ?? shortText(file.mime_type));
}

/** Bedrock Converse: `{image | document | video | audio: {format, source}}`. */
function bedrockBlock(part: SkeletonObject): Attachment | undefined {
  for (const kind of ['image', 'document', 'video', 'audio'] as const) {
    const block = objectOf(part[kind]);
    const source = objectOf(block?.source);
    const format = shortText(block?.format);
    if (block === undefined || source === undefined || format === undefined) continue;
    const mime = mimeOfName(format) ?? (kind === 'document' ? undefined : `${kind}/${format}`);
    return typeof source.text === 'string' ? fromPlainText(source.text) : fromBase64(source.bytes, mime);
  }
  return undefined;
}

/** A part of the Vercel AI SDK, `{type: image | file, mediaType | mimeType, url | data | image}`, or of an interaction. */
function typedFile(part: SkeletonObject): Attachment | undefined {
  const mime = shortText(part.mediaType) ?? shortText(part.mimeType) ?? shortText(part.mime_type);
  if (mime === undefined && part.type !== 'image') return undefined;
  const url = firstText(part.url, part.uri);
  if (url !== undefined) return fromUrl(url, mime ?? 'image/*');
  const data = firstText(part.data, part.image);
  return data === undefined ? undefined : fromBase64(data, mime ?? 'image/*');
}

const dataUrl = /^data:([^,]{0,120}?)(;base64)?,/;
const otherUrl = /^[a-z][a-z0-9+.-]*:\/\//i;

/** @param declared the MIME type that the body gives, or a class as `image/*` where it gives only that. */
function fromUrl(url: Skeleton, declared: string | undefined): Attachment {
  const head = headOf(url);
  const inline = dataUrl.exec(head);
  const mime =
    mimeOf(inline?.[1] ?? '') ??
    mimeOf(declared ?? '') ??
    (otherUrl.test(head) ? mimeOfName(head) : undefined);
  const attachment = { class: attachmentClassOf(mime ?? declared), mime };
  if (inline === null) return attachment;
  const length = lengthOf(url) - inline[0].length;
  return { ...attachment, bytes: inline[2] === undefined ? length : decodedSize(length, tailOf(url)) };
}

/** Base64 without a URL around it; some clients send a data URL or a plain one all the same. */
function fromBase64(data: Skeleton, declared: string | undefined): Attachment {
  const head = headOf(data);
  if (head === '' || head.startsWith('data:') || otherUrl.test(head)) return fromUrl(data, declared);
  const mime = mimeOf(declared ?? '') ?? sniffedMime(head, declared);
  return {
    class: attachmentClassOf(mime ?? declared),
    mime,
    bytes: decodedSize(lengthOf(data), tailOf(data)),
  };
}

/** What the data looks like does not count against the class that the body gives. */
function sniffedMime(head: string, declared: string | undefined): string | undefined {
  const mime = mimeOfBase64(head);
  const isAnother = declared !== undefined && attachmentClassOf(mime) !== attachmentClassOf(declared);
  return isAnother ? undefined : mime;
}

/** Four characters of base64 are three bytes, less the padding. */
function decodedSize(length: number, tail: string): number {
  const padding = tail.endsWith('==') ? 2 : tail.endsWith('=') ? 1 : 0;
  return Math.floor(((length - padding) * 3) / 4);
}

function headOf(text: Skeleton): string {
  if (text instanceof LongText) return text.head;
  return typeof text === 'string' ? text.slice(0, 128) : '';
}

function tailOf(text: Skeleton): string {
  if (text instanceof LongText) return text.tail;
  return typeof text === 'string' ? text.slice(-2) : '';
}

function lengthOf(text: Skeleton): number {
  return typeof text === 'string' || text instanceof LongText ? text.length : 0;
}

function fromPlainText(text: Skeleton): Attachment {
  return { class: 'text', mime: 'text/plain', bytes: lengthOf(text) };
}

function objectOf(value: Skeleton): SkeletonObject | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof LongText)
    ? (value as SkeletonObject)
    : undefined;
}

function firstText(...values: readonly Skeleton[]): string | LongText | undefined {
  return values.find(
    (value): value is string | LongText => typeof value === 'string' || value instanceof LongText,
  );
}

function shortText(value: Skeleton): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}
