import type { Answer } from './answer.ts';
import { readLegacyEvent } from './cohere.ts';
import { asArray, asObject, asText, type JsonObject } from './json.ts';
import { readChatChunk } from './openai-chat.ts';
import { readCompletionChunk } from './openai-completions.ts';
import type { EventKind } from './protocol.ts';

/**
 * One event of InvokeModelWithResponseStream that is neither Anthropic's nor Nova's. The models are told apart by the
 * members of their events: https://docs.aws.amazon.com/bedrock/latest/userguide/model-parameters.html.
 */
export function readInvokeChunk(answer: Answer, event: JsonObject): EventKind {
  answer.open(0);
  readGuardrail(answer, event);
  if (event.outputText !== undefined) return readTitan(answer, event);
  if (event.generation !== undefined) return readLlama(answer, event);
  if (event.outputs !== undefined) return readList(answer, asArray(event.outputs), 'stop_reason');
  if (event.generations !== undefined) return readList(answer, asArray(event.generations), 'finish_reason');
  if (event.choices !== undefined) return readChoices(answer, event);
  if (event.completion !== undefined) return readClaude2(answer, event);
  return readLegacyEvent(answer, event);
}

/** A guardrail ends the answer without a finish reason of the model. */
function readGuardrail(answer: Answer, event: JsonObject): void {
  const action = asText(event['amazon-bedrock-guardrailAction']);
  if (action === 'INTERVENED') answer.finish(0, `guardrail:${action}`);
}

function readTitan(answer: Answer, event: JsonObject): EventKind {
  answer.count({ input: event.inputTextTokenCount, output: event.totalOutputTextTokenCount });
  answer.finish(0, event.completionReason);
  return kindOfText(event.outputText);
}

function readLlama(answer: Answer, event: JsonObject): EventKind {
  answer.count({ input: event.prompt_token_count, output: event.generation_token_count });
  answer.finish(0, event.stop_reason);
  return kindOfText(event.generation);
}

/** Mistral's `outputs` and Cohere Command's `generations`. */
function readList(answer: Answer, items: readonly unknown[], finishKey: string): EventKind {
  let kind: EventKind = 'event';
  for (const [index, item] of items.entries()) {
    const output = asObject(item) ?? {};
    answer.open(index);
    answer.finish(index, output[finishKey]);
    if (asText(output.text) !== undefined) kind = 'chunk';
  }
  return kind;
}

/** Jamba, Mistral, gpt-oss and DeepSeek speak as OpenAI does; some with `stop_reason` or bare `text`. */
function readChoices(answer: Answer, event: JsonObject): EventKind {
  const first = asObject(asArray(event.choices)[0]) ?? {};
  if (first.delta === undefined && first.message === undefined) return readCompletionChunk(answer, event);
  const kind = readChatChunk(answer, event);
  answer.finish(0, first.stop_reason);
  return kind;
}

function readClaude2(answer: Answer, event: JsonObject): EventKind {
  answer.finish(0, event.stop_reason);
  return kindOfText(event.completion);
}

function kindOfText(text: unknown): EventKind {
  return asText(text) === undefined ? 'event' : 'chunk';
}
