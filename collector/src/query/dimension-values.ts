import type { DimensionValues } from '@weir/schemas/api';
import type { AskOptions, Database } from './ask.ts';
import type { DimensionSql } from './dimension.ts';
import { rankedValues } from './ranked-values.ts';
import type { Scope } from './scope.ts';

export interface DimensionValuesQuestion {
  readonly dimension: DimensionSql;
  readonly search?: string | undefined;
  readonly limit: number;
}

/**
 * The values that a filter on a dimension can choose from, most streams first. Filters on the dimension itself are set
 * aside: they say what is chosen, not what there is.
 */
export async function dimensionValues(
  database: Database,
  scope: Scope,
  question: DimensionValuesQuestion,
  options: AskOptions = {},
): Promise<DimensionValues> {
  const others = scope.filters.filter((filter) => filter.dimension.name !== question.dimension.name);
  const values = await rankedValues(
    database,
    { ...scope, filters: others },
    { ...question, sort: 'streams' },
    options,
  );
  return { values: values.map(({ key, streams, failed }) => ({ value: key, streams, failed })) };
}
