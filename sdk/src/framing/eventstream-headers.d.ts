/** The headers of an AWS event stream message that say what it is. */
export interface EventHeaders {
  messageType?: string;
  eventType?: string;
  exceptionType?: string;
  errorCode?: string;
}
/** @returns undefined if the bytes are not a well-formed list of headers. */
export declare function readEventHeaders(bytes: Uint8Array): EventHeaders | undefined;
