import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ReactElement, useState } from 'react';
import { useApi } from '../../lib/api/api-context.ts';
import { failureMessage } from '../../lib/api/failure.ts';
import { askedScope, type QuestionScope, scopedQueryKey } from '../../lib/api/queries.ts';
import { dimensionName, filterDimensions, outcomeOfReason, valueName } from '../../lib/format/names.ts';
import { formatCount, formatRate } from '../../lib/format/numbers.ts';
import type { Filter } from '../../lib/scope/filter.ts';
import { useDebounced } from '../../lib/use-debounced.ts';
import { OutcomeMark } from '../outcome-mark.tsx';
import { type Choice, ChoiceList } from './choice-list.tsx';

function useDimensionValues(dimension: string, search: string, scope: QuestionScope) {
  const { client, clock } = useApi();
  // Values of one dimension are alternatives: those already chosen must not hide the others.
  const others = { ...scope, filters: scope.filters.filter((filter) => filter.dimension !== dimension) };
  return useQuery({
    queryKey: scopedQueryKey('dimension-values', others, { dimension, search }),
    queryFn: ({ signal }) =>
      client.dimensionValues(askedScope(others, clock.nowMs()), dimension, search, signal),
    placeholderData: keepPreviousData,
  });
}

function ValueChoices({
  dimension,
  scope,
  onAdd,
}: {
  readonly dimension: string;
  readonly scope: QuestionScope;
  readonly onAdd: (filter: Filter) => void;
}): ReactElement {
  const [search, setSearch] = useState('');
  const values = useDimensionValues(dimension, useDebounced(search), scope);
  const found = values.data?.values ?? [];
  const typed: readonly Choice[] =
    search !== '' && !found.some(({ value }) => value === search)
      ? [{ value: search, label: search, detail: 'as typed' }]
      : [];
  const choices = [
    ...found.map(({ value, streams, failed }) => ({
      value,
      label: valueName(dimension, value),
      detail: `${formatCount(streams)} · ${formatRate(streams > 0 ? failed / streams : null)} failed`,
    })),
    ...typed,
  ];
  const mark = (value: string): ReactElement | null => {
    if (dimension === 'outcome') return <OutcomeMark outcome={value} />;
    return dimension === 'reason' ? <OutcomeMark outcome={outcomeOfReason(value)} /> : null;
  };
  const note =
    values.error === null ? (values.isPending ? 'Looking…' : undefined) : failureMessage(values.error);
  return (
    <ChoiceList
      label={`Value of ${dimensionName(dimension)}`}
      placeholder={`${dimensionName(dimension)} is…`}
      choices={choices}
      note={note}
      onSearch={setSearch}
      onChoose={(value) => onAdd({ dimension, value, exclude: false })}
      onExclude={(value) => onAdd({ dimension, value, exclude: true })}
      mark={mark}
    />
  );
}

/** @returns the dimensions that match the text; any other word can be the name of a dimension of one's own. */
export function dimensionChoices(text: string): readonly Choice[] {
  const wanted = text.trim().toLowerCase();
  const known = filterDimensions
    .map((value) => ({ value, label: dimensionName(value) }))
    .filter(({ value, label }) => `${label} ${value}`.toLowerCase().includes(wanted));
  const name = text.trim().replace(/^dimension\./, '');
  if (known.length > 0 || !/^[\w.-]{1,64}$/.test(name)) return known;
  return [{ value: `dimension.${name}`, label: name, detail: 'own dimension' }];
}

/** First the dimension, then its value, of the values that the scope has. */
export default function FilterSteps({
  scope,
  onAdd,
}: {
  readonly scope: QuestionScope;
  readonly onAdd: (filter: Filter) => void;
}): ReactElement {
  const [dimension, setDimension] = useState<string>();
  const [text, setText] = useState('');
  if (dimension !== undefined) return <ValueChoices dimension={dimension} scope={scope} onAdd={onAdd} />;
  return (
    <ChoiceList
      label="Dimension"
      placeholder="Filter by…"
      choices={dimensionChoices(text)}
      onSearch={setText}
      onChoose={setDimension}
    />
  );
}
