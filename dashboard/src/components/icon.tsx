import type { ReactElement } from 'react';

/** Line icons on a 16 px grid; decoration, always beside a word or inside a labelled control. */
const paths = {
  overview: 'M2.5 13.5v-4M6.2 13.5V6M9.8 13.5V8.5M13.5 13.5v-11',
  streams: 'M2 4.5h5c3 0 2 7 5 7h2M2 8h3.5M2 11.5h4.5M10.5 4.5H14',
  incidents: 'M8 2.5 14.2 13H1.8L8 2.5ZM8 6.5v3M8 11.2v.1',
  alerts: 'M4 11V7.5a4 4 0 0 1 8 0V11l1 1.5H3L4 11ZM6.8 14.5h2.4',
  pipeline: 'M2 8h3l1.5-4 3 8L11 8h3',
  search: 'M7 12A5 5 0 1 0 7 2a5 5 0 0 0 0 10Zm3.6-1.4L14 14',
  filter: 'M2.5 4h11M4.5 8h7M6.5 12h3',
  clock: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM8 4.8V8l2.2 1.6',
  plus: 'M8 3v10M3 8h10',
  close: 'M4 4l8 8M12 4l-8 8',
  check: 'M3 8.5 6.3 12 13 4.5',
  copy: 'M5.5 5.5v-2a1 1 0 0 1 1-1h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-2M3.5 5.5h6a1 1 0 0 1 1 1v6a1 1 0 0 1-1 1h-6a1 1 0 0 1-1-1v-6a1 1 0 0 1 1-1Z',
  more: 'M3.5 8h.01M8 8h.01M12.5 8h.01',
  table: 'M2.5 3.5h11v9h-11zM2.5 6.5h11M6.5 6.5v6',
  download: 'M8 2.5v7.5M5 7.2 8 10.2l3-3M3 13.5h10',
  down: 'M4.5 6.5 8 10l3.5-3.5',
  right: 'M6.5 4.5 10 8l-3.5 3.5',
  left: 'M9.5 4.5 6 8l3.5 3.5',
  refresh: 'M13 5.5A5.5 5.5 0 1 0 13.5 9M13.3 2.5v3.2h-3.2',
  sun: 'M8 10.8a2.8 2.8 0 1 0 0-5.6 2.8 2.8 0 0 0 0 5.6ZM8 1.5v1.2M8 13.3v1.2M1.5 8h1.2M13.3 8h1.2M3.4 3.4l.9.9M11.7 11.7l.9.9M3.4 12.6l.9-.9M11.7 4.3l.9-.9',
  moon: 'M13.5 9.6A5.8 5.8 0 0 1 6.4 2.5a5.8 5.8 0 1 0 7.1 7.1Z',
  system: 'M2.5 3h11v7.5h-11zM6 13.3h4M8 10.5v2.8',
  link: 'M6.8 9.2a2.6 2.6 0 0 0 3.7 0l2.2-2.2A2.6 2.6 0 0 0 9 3.3l-.7.7M9.2 6.8a2.6 2.6 0 0 0-3.7 0L3.3 9A2.6 2.6 0 0 0 7 12.7l.7-.7',
  image: 'M2.5 3.5h11v9h-11zM3 11l3-3.2 2.5 2.4L11 7.6l2.4 2.6M6 6.2h.01',
  trash:
    'M3 4.5h10M6.5 4.5v-1a1 1 0 0 1 1-1h1a1 1 0 0 1 1 1v1M4.2 4.5l.6 8a1 1 0 0 0 1 1h4.4a1 1 0 0 0 1-1l.6-8',
  edit: 'M3 13l.6-2.9L10.8 3l2.2 2.2-7.1 7.1L3 13Z',
  bolt: 'M8.8 1.8 3.5 9h4l-.8 5.2L12.5 7h-4l.3-5.2Z',
  external: 'M6.5 3.5h-3v9h9v-3M9.5 2.5h4v4M13.2 2.8 7.5 8.5',
  keyboard: 'M2 4.5h12v7H2zM4.5 7h.01M7 7h.01M9.5 7h.01M12 7h.01M5.5 9.3h5',
  play: 'M5 3.2 12.5 8 5 12.8V3.2Z',
  pause: 'M5.5 3.5v9M10.5 3.5v9',
  key: 'M6 12.5a3 3 0 1 0 0-6 3 3 0 0 0 0 6ZM8.2 7.4 13.5 2M11.4 4.2l1.8 1.8M5.9 9.5h.01',
  exclude: 'M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12ZM3.8 3.8l8.4 8.4',
} as const;

export type IconName = keyof typeof paths;

export function Icon({
  name,
  className = '',
}: {
  readonly name: IconName;
  readonly className?: string;
}): ReactElement {
  return (
    <svg
      aria-hidden="true"
      viewBox="0 0 16 16"
      className={`size-4 shrink-0 ${className}`}
      fill="none"
      stroke="currentColor"
      strokeWidth={name === 'more' ? 2 : 1.4}
      strokeLinecap="round"
      strokeLinejoin="round"
    >
      <path d={paths[name]} />
    </svg>
  );
}
