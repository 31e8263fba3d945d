import type { StreamRow } from '@weir/schemas/api';
import type { IconName } from '../../components/icon.tsx';
import { dimensionName, filterDimensions, reasonName } from '../../lib/format/names.ts';
import { presetNames, type RangePreset, rangePresets } from '../../lib/scope/range.ts';

/** What choosing a line of the palette does. */
export type CommandAction =
  | {
      readonly type: 'page';
      readonly to: '/' | '/streams' | '/incidents' | '/alerts' | '/pipeline' | '/settings/keys';
    }
  | { readonly type: 'newRule' }
  | { readonly type: 'range'; readonly preset: RangePreset }
  | { readonly type: 'dimension'; readonly dimension: string }
  | { readonly type: 'stream'; readonly traceId: string; readonly spanId: string }
  | { readonly type: 'searchStreams'; readonly text: string }
  | { readonly type: 'live' }
  | { readonly type: 'theme' }
  | { readonly type: 'copyLink' }
  | { readonly type: 'help' };

export interface Command {
  readonly value: string;
  readonly label: string;
  readonly icon: IconName;
  readonly detail?: string;
  /** Further words that find it. */
  readonly words?: string;
  readonly action: CommandAction;
}

export interface CommandGroup {
  readonly value: string;
  readonly items: readonly Command[];
}

const pages: readonly Command[] = [
  {
    value: 'overview',
    label: 'Overview',
    icon: 'overview',
    words: 'home dashboard',
    action: { type: 'page', to: '/' },
  },
  {
    value: 'streams',
    label: 'Streams',
    icon: 'streams',
    words: 'list search',
    action: { type: 'page', to: '/streams' },
  },
  { value: 'incidents', label: 'Incidents', icon: 'incidents', action: { type: 'page', to: '/incidents' } },
  {
    value: 'alerts',
    label: 'Alerts',
    icon: 'alerts',
    words: 'rules',
    action: { type: 'page', to: '/alerts' },
  },
  {
    value: 'pipeline',
    label: 'Pipeline',
    icon: 'pipeline',
    words: 'ingest health otlp',
    action: { type: 'page', to: '/pipeline' },
  },
  {
    value: 'keys',
    label: 'Ingest keys',
    icon: 'key',
    words: 'settings projects create revoke token secret',
    action: { type: 'page', to: '/settings/keys' },
  },
];

const actions: readonly Command[] = [
  { value: 'new-rule', label: 'New alert rule', icon: 'plus', action: { type: 'newRule' } },
  { value: 'live', label: 'Pause or resume live refresh', icon: 'pause', action: { type: 'live' } },
  { value: 'theme', label: 'Switch between light and dark', icon: 'moon', action: { type: 'theme' } },
  { value: 'copy-link', label: 'Copy link to this view', icon: 'link', action: { type: 'copyLink' } },
  { value: 'help', label: 'Keyboard shortcuts', icon: 'keyboard', action: { type: 'help' } },
];

const ranges: readonly Command[] = presetNames.map((preset) => ({
  value: `range-${preset}`,
  label: `Last ${rangePresets[preset].words}`,
  icon: 'clock',
  detail: preset,
  action: { type: 'range', preset },
}));

const filters: readonly Command[] = filterDimensions.map((dimension) => ({
  value: `filter-${dimension}`,
  label: `Filter by ${dimensionName(dimension).toLowerCase()}`,
  icon: 'filter',
  action: { type: 'dimension', dimension },
}));

/** Filters that are shown before anything is typed. */
const firstFilters = 6;

function matches({ label, words = '' }: Command, text: string): boolean {
  const haystack = `${label} ${words}`.toLowerCase();
  return text
    .toLowerCase()
    .split(/\s+/)
    .every((word) => haystack.includes(word));
}

/** Ids are long and without blanks. */
export function looksLikeId(text: string): boolean {
  return /^[\w.:-]{6,}$/.test(text) && /\d/.test(text);
}

/** @returns what the palette offers for the text, in groups; streams that an id leads to come first. */
export function commandsFor(text: string, streams: readonly StreamRow[]): readonly CommandGroup[] {
  const trimmed = text.trim();
  const found: readonly Command[] = streams.map((stream) => ({
    value: `stream-${stream.traceId}-${stream.spanId}`,
    label: `${reasonName(stream.reason)} · ${stream.model}`,
    icon: 'streams',
    detail: `${stream.traceId.slice(0, 8)}…`,
    action: { type: 'stream', traceId: stream.traceId, spanId: stream.spanId },
  }));
  const search: readonly Command[] =
    trimmed === ''
      ? []
      : [
          {
            value: 'search-streams',
            label: `Search streams for “${trimmed}”`,
            icon: 'search',
            detail: 'trace, request, user, session…',
            action: { type: 'searchStreams', text: trimmed },
          },
        ];
  const narrowed = (commands: readonly Command[]): readonly Command[] =>
    commands.filter((command) => matches(command, trimmed));
  const groups: readonly CommandGroup[] = [
    { value: 'Streams', items: found },
    { value: 'Pages', items: narrowed(pages) },
    { value: 'Actions', items: narrowed(actions) },
    { value: 'Filters', items: trimmed === '' ? filters.slice(0, firstFilters) : narrowed(filters) },
    { value: 'Time', items: narrowed(ranges) },
    { value: 'Search', items: search },
  ];
  return groups.filter(({ items }) => items.length > 0);
}
