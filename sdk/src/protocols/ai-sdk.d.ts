import type { Answer } from './answer.ts';
import type { EventKind, Protocol } from './protocol.ts';
/** UI message stream of the Vercel AI SDK, 5 and later: https://ai-sdk.dev/docs/ai-sdk-ui/stream-protocol. */
export declare const aiSdk: Protocol;
/** Data stream of the Vercel AI SDK up to 4: lines of `<code>:<json>`. */
export declare const aiSdkData: Protocol;
export declare function readUiMessagePart(answer: Answer, value: unknown): EventKind;
