import type { TerminationReason } from '@weir/schemas/termination';
import type { AnswerError, AnswerFacts } from './protocol.ts';
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
  /** The latest counts win: providers report running totals. A zero does not replace a count. */
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
export declare function createAnswer(): Answer;
