import { defaultProject, projectNamePattern } from '@weir/schemas/api';
import { type Filter, formatFilter, maxFilters, parseFilter } from './filter.ts';
import { defaultPreset, isRangePreset, type Range, type RangePreset } from './range.ts';

/** The part of the URL that all pages share. What equals the default is left out, so that links stay short. */
export interface ScopeSearch {
  readonly project?: string | undefined;
  readonly range?: RangePreset | undefined;
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly filter?: readonly string[] | undefined;
  readonly live?: 'off' | undefined;
}

export const scopeKeys = [
  'project',
  'range',
  'from',
  'to',
  'filter',
  'live',
] as const satisfies readonly (keyof ScopeSearch)[];

export interface Scope {
  readonly range: Range;
  readonly filters: readonly Filter[];
  readonly live: boolean;
}

type Values = Readonly<Record<string, unknown>>;

/** @returns the query string as an object; a key that is repeated becomes an array. */
export function parseQueryString(text: string): Record<string, string | string[]> {
  const values: Record<string, string | string[]> = {};
  for (const [key, value] of new URLSearchParams(text)) {
    const before = values[key];
    if (before === undefined) values[key] = value;
    else values[key] = [...(Array.isArray(before) ? before : [before]), value];
  }
  return values;
}

/** The inverse of `parseQueryString`; colons and slashes stay readable. */
export function formatQueryString(values: Values): string {
  const parts: string[] = [];
  for (const [key, value] of Object.entries(values)) {
    for (const item of Array.isArray(value) ? value : [value]) {
      if (item === undefined || item === null) continue;
      const text = encodeURIComponent(String(item)).replaceAll('%3A', ':').replaceAll('%2F', '/');
      parts.push(`${encodeURIComponent(key)}=${text}`);
    }
  }
  return parts.length === 0 ? '' : `?${parts.join('&')}`;
}

function textList(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

function timeMs(value: unknown): number | undefined {
  if (typeof value !== 'string') return undefined;
  const ms = /^\d+$/.test(value) ? Number(value) : Date.parse(value);
  return Number.isFinite(ms) ? ms : undefined;
}

/** Reads what somebody may have typed into the address bar: whatever does not make sense is dropped. */
export function readScopeSearch(values: Values): ScopeSearch {
  const from = timeMs(values.from);
  const to = timeMs(values.to);
  const filter = textList(values.filter)
    .filter((text) => parseFilter(text) !== undefined)
    .slice(0, maxFilters);
  return {
    ...projectSearch(values.project),
    ...(isRangePreset(values.range) ? { range: values.range } : {}),
    ...(from !== undefined && to !== undefined && from < to
      ? { from: new Date(from).toISOString(), to: new Date(to).toISOString() }
      : {}),
    ...(filter.length > 0 ? { filter } : {}),
    ...(values.live === 'off' ? { live: 'off' } : {}),
  };
}

const projectName = new RegExp(projectNamePattern);

function projectSearch(value: unknown): Pick<ScopeSearch, 'project'> {
  if (typeof value !== 'string' || value === defaultProject || !projectName.test(value)) return {};
  return { project: value };
}

export function scopeOf(search: ScopeSearch): Scope {
  const { from, to } = search;
  const range: Range =
    from !== undefined && to !== undefined
      ? { kind: 'absolute', fromMs: Date.parse(from), toMs: Date.parse(to) }
      : { kind: 'relative', preset: search.range ?? defaultPreset };
  return {
    range,
    filters: (search.filter ?? []).map(parseFilter).filter((filter) => filter !== undefined),
    live: range.kind === 'relative' && search.live !== 'off',
  };
}

/** @returns every shared key, `undefined` where it is the default: this is how a link removes what it must not keep. */
export function searchOfRange(range: Range): Pick<Required<ScopeSearch>, 'range' | 'from' | 'to'> {
  if (range.kind === 'relative') {
    return {
      range: range.preset === defaultPreset ? undefined : range.preset,
      from: undefined,
      to: undefined,
    };
  }
  return {
    range: undefined,
    from: new Date(range.fromMs).toISOString(),
    to: new Date(range.toMs).toISOString(),
  };
}

export function searchOfFilters(filters: readonly Filter[]): Pick<Required<ScopeSearch>, 'filter'> {
  return { filter: filters.length === 0 ? undefined : filters.map(formatFilter) };
}
