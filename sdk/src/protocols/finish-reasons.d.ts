import type { TerminationReason } from '@weir/schemas/termination';
/** @returns undefined for a word that says that the answer has not finished. */
export declare function reasonOfFinish(word: string): TerminationReason | undefined;
/** @returns the one of two endings that is further from a whole answer. */
export declare function lessComplete(a: TerminationReason, b: TerminationReason): TerminationReason;
