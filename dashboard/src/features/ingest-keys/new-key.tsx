import { Tabs } from '@base-ui/react/tabs';
import type { CreatedKey } from '@weir/schemas/api';
import { type ReactElement, useEffect, useRef } from 'react';
import { Button } from '../../components/button.tsx';
import { Snippet } from '../../components/snippet.tsx';
import { usePipeline } from '../../lib/api/queries.ts';
import { instrumentationSnippets, pageSnippet, readingSnippet } from '../../lib/instrumentation-snippets.ts';

function snippetsFor({ key, project, reads, origins }: CreatedKey, endpoint: string) {
  if (reads) return [readingSnippet(endpoint, key, project)];
  const services = instrumentationSnippets(endpoint, key);
  const page = pageSnippet(endpoint, key);
  // A key for pages is pasted into a page.
  return origins.length > 0 ? [page, ...services] : [...services, page];
}

/** The one time that a key can be read, with what to paste where. */
export function NewKey({
  created,
  onDone,
}: {
  readonly created: CreatedKey;
  readonly onDone: () => void;
}): ReactElement {
  const pipeline = usePipeline();
  const endpoint = pipeline.data?.endpoint ?? `${location.origin}/v1/traces`;
  const snippets = snippetsFor(created, endpoint);
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section aria-labelledby="new-key" className="rounded-lg border border-accent bg-surface p-4">
      <div className="flex flex-wrap items-start justify-between gap-3">
        <div className="min-w-0">
          <h2 id="new-key" ref={heading} tabIndex={-1} className="text-md font-semibold outline-none">
            Key for {created.label}, project {created.project}
          </h2>
          <p className="mt-0.5 text-ink-2">
            Copy it now: it is shown this once, and only its fingerprint is stored.
          </p>
        </div>
        <Button size="lg" onClick={onDone}>
          I have copied it
        </Button>
      </div>
      <div className="mt-3">
        <Snippet code={created.key} label="the key" />
      </div>
      <Tabs.Root defaultValue={snippets[0]?.key} className="mt-3 min-w-0">
        <Tabs.List className="flex gap-1 overflow-x-auto border-b border-line" aria-label="Where it goes">
          {snippets.map(({ key, title }) => (
            <Tabs.Tab
              key={key}
              value={key}
              className="-mb-px h-9 border-b-2 border-transparent px-2 text-sm font-medium whitespace-nowrap text-ink-2 hover:text-ink focus-visible:-outline-offset-2 data-[active]:border-accent data-[active]:text-ink"
            >
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {snippets.map(({ key, title, note, code }) => (
          <Tabs.Panel key={key} value={key} className="pt-3">
            <p className="mb-2 text-sm text-ink-2">{note}</p>
            <Snippet code={code} label={title} />
          </Tabs.Panel>
        ))}
      </Tabs.Root>
    </section>
  );
}
