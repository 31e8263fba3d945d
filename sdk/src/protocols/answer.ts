import type { TerminationReason } from '@weir/schemas/termination';
import type { ErrorWords } from './error-words.ts';
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
  fail(error: ErrorWords | undefined): void;
}

interface Choice {
  readonly index: number;
  word: string | undefined;
  reason: TerminationReason | undefined;
}

/** @param judge what the words of an error mean. */
export function createAnswer(judge: ErrorJudge): Answer {
  return new GrowingAnswer(judge);
}

type ErrorJudge = (words: ErrorWords) => AnswerError;

/** One is open for each stream in flight: methods on the prototype keep it small. */
class GrowingAnswer implements Answer {
  readonly facts: AnswerFacts = { finishReasonsRaw: [], terminalEventReceived: false, refused: false };
  /** By index. Nearly every answer has one. */
  readonly #choices: Choice[] = [];
  readonly #judge: ErrorJudge;
  #forced: TerminationReason | undefined;

  constructor(judge: ErrorJudge) {
    this.#judge = judge;
  }

  identify(id: unknown, model: unknown): void {
    setText(this.facts, 'responseId', id);
    setText(this.facts, 'responseModel', model);
  }

  count(tokens: TokenCounts): void {
    const { facts } = this;
    setCount(facts, 'inputTokens', tokens.input);
    const output = asCount(tokens.output);
    if (output !== undefined) facts.outputTokens = output;
    setCount(facts, 'cacheReadTokens', tokens.cacheRead);
    setCount(facts, 'cacheWriteTokens', tokens.cacheWrite);
    setCount(facts, 'reasoningTokens', tokens.reasoning);
  }

  open(index: number): void {
    if (this.#known(index) !== undefined) return;
    this.#choice(index);
    this.#summarise();
  }

  finish(index: number, word: unknown): void {
    const raw = asText(word)?.slice(0, maxWordLength);
    const reason = raw === undefined ? undefined : reasonOfFinish(raw);
    if (reason !== undefined) this.#setChoice(index, raw, reason);
  }

  reopen(index: number): void {
    if (this.#known(index)?.reason !== undefined) this.#setChoice(index, undefined, undefined);
  }

  refuse(): void {
    if (this.facts.refused) return;
    this.facts.refused = true;
    this.#summarise();
  }

  end(reason: TerminationReason): void {
    this.#forced = reason;
    this.#summarise();
  }

  terminate(): void {
    this.facts.terminalEventReceived = true;
  }

  fail(error: ErrorWords | undefined): void {
    const { facts } = this;
    if (error === undefined || facts.error !== undefined || facts.terminalEventReceived) return;
    facts.error = this.#judge(error);
  }

  #known(index: number): Choice | undefined {
    return this.#choices.find((choice) => choice.index === index);
  }

  #choice(index: number): Choice | undefined {
    const known = this.#known(index);
    if (known !== undefined || this.#choices.length >= maxChoices) return known;
    const fresh: Choice = { index, word: undefined, reason: undefined };
    const later = this.#choices.findIndex((choice) => choice.index > index);
    this.#choices.splice(later === -1 ? this.#choices.length : later, 0, fresh);
    return fresh;
  }

  #setChoice(index: number, word: string | undefined, reason: TerminationReason | undefined): void {
    const choice = this.#choice(index);
    if (choice === undefined) return;
    choice.word = word;
    choice.reason = reason;
    this.#summarise();
  }

  #summarise(): void {
    const { finishReasonsRaw } = this.facts;
    finishReasonsRaw.length = 0;
    let ending: TerminationReason | undefined;
    let allFinished = this.#choices.length > 0;
    for (const { word, reason } of this.#choices) {
      if (word !== undefined) finishReasonsRaw.push(word);
      if (reason === undefined) allFinished = false;
      else ending = ending === undefined ? reason : lessComplete(ending, reason);
    }
    this.#setEnding(this.#forced ?? (allFinished ? ending : undefined));
  }

  /** A refusal can be streamed in place of content and then end with an ordinary `stop`. */
  #setEnding(reason: TerminationReason | undefined): void {
    const { facts } = this;
    if (reason !== undefined) facts.ending = reason === 'completed' && facts.refused ? 'refusal' : reason;
    // `delete` of a field that is not there would still turn the object into a slow one.
    else if (facts.ending !== undefined) delete facts.ending;
  }
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
