import type { Protocol } from './protocol.ts';
/**
 * ConverseStream and InvokeModelWithResponseStream:
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_ConverseStream.html,
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_runtime_InvokeModelWithResponseStream.html.
 * The first sends events of one shape for all models; the second wraps each model's own events as base64.
 */
export declare const bedrock: Protocol;
