import { attachmentClassOf, mimeOf, mimeOfName } from './attachment-class.ts';
import type { AttachmentCount } from './attachments.ts';

/** The plain fields of an upload that are facts of a request. */
export interface UploadFields {
  model?: string;
  stream?: boolean;
}

const maxParts = 256;
const maxHeaderChars = 2048;
const maxFieldChars = 256;

/** @returns undefined if the type is no `multipart/form-data`. */
export function boundaryOf(contentType: string | null | undefined): string | undefined {
  const match = /^multipart\/form-data\b.*?\bboundary=(?:"([^"]{1,200})"|([^\s;"]{1,200}))/i.exec(
    contentType ?? '',
  );
  return match?.[1] ?? match?.[2];
}

/**
 * Reads the headers of the parts of a `multipart/form-data` body (RFC 7578): files are counted by type and size,
 * their content is passed over.
 *
 * @param body one character a byte, or the text of the body.
 */
export function readMultipart(body: string, boundary: string, count: AttachmentCount): UploadFields {
  const fields: UploadFields = {};
  const delimiter = `--${boundary}`;
  let start = body.indexOf(delimiter);
  for (let parts = 0; start !== -1 && parts < maxParts; parts += 1) {
    const end = body.indexOf(`\r\n${delimiter}`, start);
    const headersEnd = body.indexOf('\r\n\r\n', start);
    if (end === -1 || headersEnd === -1 || headersEnd > end) break;
    const headers = body.slice(start, Math.min(headersEnd, start + maxHeaderChars));
    readPart(headers, body, headersEnd + 4, end, fields, count);
    start = end + 2;
  }
  return fields;
}

function readPart(
  headers: string,
  body: string,
  start: number,
  end: number,
  fields: UploadFields,
  count: AttachmentCount,
): void {
  const filename = /\bfilename\*?="?([^"\r\n;]*)/i.exec(headers)?.[1];
  if (filename === undefined) {
    const name = /\bname="?([^"\r\n;]*)/i.exec(headers)?.[1] ?? '';
    readField(name, body.slice(start, Math.min(end, start + maxFieldChars)), fields);
    return;
  }
  addFile(/^content-type:\s*([^\r\n]+)/im.exec(headers)?.[1], filename, end - start, count);
}

/** The same from a `FormData` that has not been serialised. */
export function readFormData(form: FormData, count: AttachmentCount): UploadFields {
  const fields: UploadFields = {};
  let parts = 0;
  for (const [name, value] of form) {
    parts += 1;
    if (parts > maxParts) break;
    if (typeof value === 'string') readField(name, value.slice(0, maxFieldChars), fields);
    else addFile(value.type, value.name, value.size, count);
  }
  return fields;
}

function readField(name: string, value: string, fields: UploadFields): void {
  if (name === 'model' && value !== '') fields.model = value;
  if (name === 'stream') fields.stream = value === 'true';
}

function addFile(type: string | undefined, filename: string, bytes: number, count: AttachmentCount): void {
  const declared = mimeOf(type ?? '');
  const mime =
    declared === undefined || declared === 'application/octet-stream' ? mimeOfName(filename) : declared;
  count.add({ class: attachmentClassOf(mime), mime: mime ?? declared, bytes });
}
