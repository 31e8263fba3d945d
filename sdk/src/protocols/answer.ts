import type { TerminationReason } from '@weir/schemas/termination';
import { lessComplete, reasonOfFinish } from './finish-reasons.ts';
import { asCount, asText } from './json.ts';
import type { AnswerError, AnswerFacts } from './protocol.ts';

const maxChoices = 128;
const maxWordLength = 64;
const maxNameLength = 256;

export interface TokenCounts {
  input?: unknown;
  output?: unknown;
  cacheRead?: unknown;
  cacheWrite?: unknown;
  reasoning?: unknown;
}

/** The facts of one answer while it is being read: the one place that decides what a later event may change. */
export interface Answer {
  readonly facts: AnswerFacts;
  /**
   * The latest id and model that are not empty count: gateways that fall back to another model announce a second
   * answer inside the first. Values of another type are ignored.
   */
  identify(id: unknown, model: unknown): void;
  /**
   * The latest counts win: providers report running totals. A zero does not replace a count of input: some gateways
   * do not repeat it at the end. A final output of zero is a fact: an answer that was refused.
   */
  count(tokens: TokenCounts): void;
  /** A choice has been seen. */
  open(choice: number): void;
  /** A choice has finished, or with a word that means otherwise, is open. The last word of a choice counts. */
  finish(choice: number, word: unknown): void;
  /** A choice goes on although it had finished. */
  reopen(choice: number): void;
  refuse(): void;
  /** An ending that no finish word tells. */
  end(reason: TerminationReason): void;
  terminate(): void;
  fail(error: AnswerError | undefined): void;
}

interface Choice {
  word: string | undefined;
  reason: TerminationReason | undefined;
}

export function createAnswer(): Answer {
  const facts: AnswerFacts = { finishReasonsRaw: [], terminalEventReceived: false, refused: false };
  const choices = new Map<number, Choice>();
  let forced: TerminationReason | undefined;

  function choice(index: number): Choice | undefined {
    const known = choices.get(index);
    if (known !== undefined || choices.size >= maxChoices) return known;
    const fresh: Choice = { word: undefined, reason: undefined };
    choices.set(index, fresh);
    return fresh;
  }

  function summarise(): void {
    facts.finishReasonsRaw.length = 0;
    let ending: TerminationReason | undefined;
    let allFinished = choices.size > 0;
    for (const index of [...choices.keys()].sort((a, b) => a - b)) {
      const { word, reason } = choices.get(index) ?? {};
      if (word !== undefined) facts.finishReasonsRaw.push(word);
      if (reason === undefined) allFinished = false;
      else ending = ending === undefined ? reason : lessComplete(ending, reason);
    }
    setEnding(forced ?? (allFinished ? ending : undefined));
  }

  /** A refusal can be streamed in place of content and then end with an ordinary `stop`. */
  function setEnding(reason: TerminationReason | undefined): void {
    if (reason === undefined) delete facts.ending;
    else facts.ending = reason === 'completed' && facts.refused ? 'refusal' : reason;
  }

  function setChoice(index: number, word: string | undefined, reason: TerminationReason | undefined): void {
    const target = choice(index);
    if (target === undefined) return;
    target.word = word;
    target.reason = reason;
    summarise();
  }

  return {
    facts,
    identify(id, model) {
      setText(facts, 'responseId', id);
      setText(facts, 'responseModel', model);
    },
    count(tokens) {
      setCount(facts, 'inputTokens', tokens.input);
      const output = asCount(tokens.output);
      if (output !== undefined) facts.outputTokens = output;
      setCount(facts, 'cacheReadTokens', tokens.cacheRead);
      setCount(facts, 'cacheWriteTokens', tokens.cacheWrite);
      setCount(facts, 'reasoningTokens', tokens.reasoning);
    },
    open(index) {
      if (choices.has(index)) return;
      choice(index);
      summarise();
    },
    finish(index, word) {
      const raw = asText(word)?.slice(0, maxWordLength);
      const reason = raw === undefined ? undefined : reasonOfFinish(raw);
      if (reason !== undefined) setChoice(index, raw, reason);
    },
    reopen(index) {
      if (choices.get(index)?.reason !== undefined) setChoice(index, undefined, undefined);
    },
    refuse() {
      if (facts.refused) return;
      facts.refused = true;
      summarise();
    },
    end(reason) {
      forced = reason;
      summarise();
    },
    terminate() {
      facts.terminalEventReceived = true;
    },
    fail(error) {
      if (error === undefined || facts.error !== undefined || facts.terminalEventReceived) return;
      facts.error = error;
    },
  };
}

function setText(facts: AnswerFacts, name: 'responseId' | 'responseModel', value: unknown): void {
  const text = asText(value);
  if (text !== undefined) facts[name] = text.slice(0, maxNameLength);
}

type CountName = 'inputTokens' | 'cacheReadTokens' | 'cacheWriteTokens' | 'reasoningTokens';

function setCount(facts: AnswerFacts, name: CountName, value: unknown): void {
  const count = asCount(value);
  if (count !== undefined && (count > 0 || facts[name] === undefined)) facts[name] = count;
}
