import type { Framing } from './protocol.ts';
/** @returns undefined for a type that says nothing, `application/octet-stream` and `text/plain` among them. */
export declare function framingOf(contentType: string | null | undefined): Framing | undefined;
