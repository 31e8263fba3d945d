import type { Framing } from './protocol.ts';

const framings: readonly (readonly [RegExp, Framing])[] = [
  [/^text\/event-stream\b/, 'sse'],
  [/^application\/vnd\.amazon\.eventstream\b/, 'eventstream'],
  [
    /^application\/(x-ndjson|ndjson|jsonl|x-jsonlines|jsonlines|stream\+json|x-json-stream|json-seq)\b/,
    'ndjson',
  ],
  [/^application\/([a-z.-]+\+)?json\b/, 'json'],
];

/** @returns undefined for a type that says nothing, `application/octet-stream` and `text/plain` among them. */
export function framingOf(contentType: string | null | undefined): Framing | undefined {
  const type = contentType?.trim().toLowerCase() ?? '';
  return framings.find(([pattern]) => pattern.test(type))?.[1];
}
