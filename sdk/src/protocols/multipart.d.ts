import type { AttachmentCount } from './attachments.ts';
/** The plain fields of an upload that are facts of a request. */
export interface UploadFields {
  model?: string;
  stream?: boolean;
}
/** @returns undefined if the type is no `multipart/form-data`. */
export declare function boundaryOf(contentType: string | null | undefined): string | undefined;
/**
 * Reads the headers of the parts of a `multipart/form-data` body (RFC 7578): files are counted by type and size,
 * their content is passed over.
 *
 * @param body one character a byte, or the text of the body.
 */
export declare function readMultipart(body: string, boundary: string, count: AttachmentCount): UploadFields;
/** The same from a `FormData` that has not been serialised. */
export declare function readFormData(form: FormData, count: AttachmentCount): UploadFields;
