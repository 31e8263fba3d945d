import type { TerminationReason } from '@weir/schemas/termination';

interface FinishReason {
  /** In the words of the OpenTelemetry conventions. */
  readonly normal: string;
  /** How a stream ended that gives this reason; undefined where the word leaves that open. */
  readonly ending?: TerminationReason;
}

const stop: FinishReason = { normal: 'stop', ending: 'completed' };
const length: FinishReason = { normal: 'length', ending: 'length' };
const toolCall: FinishReason = { normal: 'tool_call', ending: 'tool_call' };
const contentFilter: FinishReason = { normal: 'content_filter', ending: 'content_filter' };

/** Finish reasons in the words of providers and of instrumentations, lower case with `_`. */
const finishReasons: ReadonlyMap<string, FinishReason> = new Map(
  Object.entries({
    stop,
    end_turn: stop,
    stop_sequence: stop,
    end: stop,
    eos: stop,
    eos_token: stop,
    complete: stop,
    completed: stop,
    finish_reason_stop: stop,
    length,
    max_tokens: length,
    max_output_tokens: length,
    model_length: length,
    model_context_window_exceeded: length,
    tool_call: toolCall,
    tool_calls: toolCall,
    tool_use: toolCall,
    function_call: toolCall,
    content_filter: contentFilter,
    content_filtered: contentFilter,
    guardrail_intervened: contentFilter,
    safety: contentFilter,
    recitation: contentFilter,
    blocklist: contentFilter,
    prohibited_content: contentFilter,
    spii: contentFilter,
    refusal: { normal: 'refusal', ending: 'refusal' },
    pause_turn: { normal: 'pause', ending: 'paused' },
    // Vercel's word for a stream that ended without one.
    interrupted: { normal: 'error', ending: 'truncated' },
    error: { normal: 'error' },
  } satisfies Record<string, FinishReason>),
);

export function finishReasonOf(given: string): FinishReason | undefined {
  return finishReasons.get(given.trim().toLowerCase().replaceAll('-', '_'));
}
