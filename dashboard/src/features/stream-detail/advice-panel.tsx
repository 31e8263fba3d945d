import { Link } from '@tanstack/react-router';
import { adviceByReason } from '@weir/schemas/advice';
import type { StreamAnswer } from '@weir/schemas/api';
import { isTerminationReason } from '@weir/schemas/termination';
import type { ReactElement } from 'react';
import { Icon } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import { formatExactCount, formatRate } from '../../lib/format/numbers.ts';
import { parseFilter } from '../../lib/scope/filter.ts';
import { searchOfFilters, searchOfRange } from '../../lib/scope/search-params.ts';

/** Half of the hour around a stream, in which similar ones are counted. */
const aroundMs = 1_800_000;

export function hasAdvice(reason: string): boolean {
  return isTerminationReason(reason) && adviceByReason[reason] !== undefined;
}

/** What usually causes such an ending, and what to do. */
export function AdvicePanel({ reason }: { readonly reason: string }): ReactElement | null {
  const advice = isTerminationReason(reason) ? adviceByReason[reason] : undefined;
  if (advice === undefined) return null;
  return (
    <Panel title="What to do">
      <p className="text-ink-2">{advice.causes}</p>
      <ol className="mt-2.5 space-y-1.5">
        {advice.actions.map((action, index) => (
          <li key={action} className="flex gap-2.5">
            <span
              className="grid size-4.5 shrink-0 place-items-center rounded-full bg-sunken text-2xs font-medium text-ink-2"
              aria-hidden="true"
            >
              {index + 1}
            </span>
            <span>{action}</span>
          </li>
        ))}
      </ol>
    </Panel>
  );
}

/** How common such an ending is around that time, for that model and network. */
export function SimilarPanel({ answer }: { readonly answer: StreamAnswer }): ReactElement {
  const { similar, stream } = answer;
  const endedAt = Date.parse(stream.endedAt);
  const filters = similar.filters.map(parseFilter).filter((filter) => filter !== undefined);
  const share = similar.streams > 0 ? similar.matching / similar.streams : null;
  return (
    <Panel title="Similar streams">
      <p className="text-ink-2">
        <span className="font-semibold text-ink">{formatExactCount(similar.matching)}</span> of{' '}
        {formatExactCount(similar.streams)} streams on {stream.model} over {stream.networkType} in the hour
        around it ended this way{share === null ? '' : ` (${formatRate(share)})`}.
      </p>
      <Link
        to="/streams"
        search={(search) => ({
          ...search,
          ...searchOfRange({ kind: 'absolute', fromMs: endedAt - aroundMs, toMs: endedAt + aroundMs }),
          ...searchOfFilters(filters),
        })}
        className="mt-2 inline-flex items-center gap-1 self-start rounded-sm font-medium text-accent hover:underline"
      >
        See them
        <Icon name="right" className="size-3.5" />
      </Link>
    </Panel>
  );
}
