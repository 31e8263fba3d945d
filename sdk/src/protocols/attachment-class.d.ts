import type { AttachmentClass } from '@weir/schemas/attributes';
/** @param mime without parameters. @returns `other` for a type that no class claims, `unknown` without a type. */
export declare function attachmentClassOf(mime: string | undefined): AttachmentClass;
/** @param name a file name, a URL's path, or a bare format word. */
export declare function mimeOfName(name: string): string | undefined;
/** @returns the type in lower case without parameters; undefined for what is no MIME type. */
export declare function mimeOf(value: string): string | undefined;
export declare function mimeOfBase64(head: string): string | undefined;
