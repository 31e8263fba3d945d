import type { AttachmentClass } from '@weir/schemas/attributes';
import { type Skeleton } from './json-skeleton.ts';
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
/** Adds up attachments as they are found. */
export interface AttachmentCount {
  add(attachment: Attachment): void;
  facts(): AttachmentFacts;
}
export declare function createAttachmentCount(): AttachmentCount;
/**
 * Finds the attachments of a request in every wire format: an object is one if it has one of the members below that
 * carry a file. An object that is one is not searched further.
 */
export declare function countAttachments(body: Skeleton, count: AttachmentCount): void;
