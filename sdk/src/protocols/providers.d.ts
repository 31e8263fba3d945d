import type { HeaderSource } from './headers.ts';
/** @returns undefined where neither host nor path names one. */
export declare function providerOf(host: string, path: string): string | undefined;
/** @returns undefined where no header names a provider. */
export declare function providerOfHeaders(headers: HeaderSource): string | undefined;
