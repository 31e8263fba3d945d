import { useNavigate, useSearch } from '@tanstack/react-router';
import { defaultProject } from '@weir/schemas/api';
import { useMemo } from 'react';
import { type Filter, toggleFilter, withFilter, withoutFilter } from './filter.ts';
import type { Range } from './range.ts';
import { type Scope, type ScopeSearch, scopeOf, searchOfFilters, searchOfRange } from './search-params.ts';

/** @returns the range and the filters that the address bar says. */
export function useScope(): Scope {
  const search: ScopeSearch = useSearch({ strict: false });
  return useMemo(() => scopeOf(search), [search]);
}

/** @returns the project that the address bar says. */
export function useProject(): string {
  const { project = defaultProject }: ScopeSearch = useSearch({ strict: false });
  return project;
}

export interface ScopeActions {
  setRange(range: Range): void;
  setLive(live: boolean): void;
  setFilters(filters: readonly Filter[]): void;
  addFilter(filter: Filter): void;
  removeFilter(filter: Filter): void;
  toggleFilter(filter: Filter): void;
}

/** Changes of the scope; each is one step of the browser's history. */
export function useScopeActions(): ScopeActions {
  const navigate = useNavigate();
  return useMemo(() => {
    const change = (next: (search: ScopeSearch) => Partial<ScopeSearch>): void => {
      void navigate({
        to: '.',
        search: (search: ScopeSearch) => ({ ...search, ...next(search) }),
        resetScroll: false,
      });
    };
    const changeFilters = (next: (filters: readonly Filter[]) => readonly Filter[]): void =>
      change((search) => searchOfFilters(next(scopeOf(search).filters)));
    return {
      setRange: (range) => change(() => searchOfRange(range)),
      setLive: (live) => change(() => ({ live: live ? undefined : 'off' })),
      setFilters: (filters) => changeFilters(() => filters),
      addFilter: (filter) => changeFilters((filters) => withFilter(filters, filter)),
      removeFilter: (filter) => changeFilters((filters) => withoutFilter(filters, filter)),
      toggleFilter: (filter) => changeFilters((filters) => toggleFilter(filters, filter)),
    };
  }, [navigate]);
}
