import { adviceByReason } from '@weir/schemas/advice';
import { initiators, reasons, stages, terminationReasons } from '@weir/schemas/termination';
import { reasonMeanings } from '@weir/schemas/termination-meanings';
import { markdownTable } from './markdown-table.ts';

/** @returns docs/taxonomy.md. */
export function taxonomyDocument(): string {
  return `<!-- Made by \`npm run docs\` from schemas/src/termination.ts and advice.ts. -->
# How streams end

Every stream ends for exactly one reason, and a reason belongs to exactly one outcome. Reasons are decided from wire
facts: status, headers, bytes, finish reasons, who closed first.

Failure rate = (failed + lost) / (all - aborted). Aborts are a series of their own: never failures, never successes.

${markdownTable(
  ['Reason', 'Outcome', 'Retryable', 'Meaning'],
  reasons.map((reason) => {
    const { outcome, retryable } = terminationReasons[reason];
    const meaning = reasonMeanings[reason];
    return [`\`${reason}\``, outcome, retryable ? 'yes' : 'no', meaning];
  }),
)}

\`weir.stream.stage\` says how far the attempt got: ${list(stages)}.
\`weir.stream.initiator\` says who ended it: ${list(initiators)}; the fact it was decided from is kept beside it.

An error after the provider's end is not a failure, and a disconnect after it is not an abort.

## What usually causes it, what to do

${markdownTable(
  ['Reason', 'Usual causes', 'What to do'],
  reasons.flatMap((reason) => {
    const advice = adviceByReason[reason];
    return advice ? [[`\`${reason}\``, advice.causes, advice.actions.join(' ')]] : [];
  }),
)}
`;
}

function list(words: readonly string[]): string {
  return words.map((word) => `\`${word}\``).join(', ');
}
