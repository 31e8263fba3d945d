import { Tabs } from '@base-ui/react/tabs';
import { Link } from '@tanstack/react-router';
import { defaultProject } from '@weir/schemas/api';
import type { ReactElement } from 'react';
import { Snippet } from '../../components/snippet.tsx';
import { useKeys, usePipeline } from '../../lib/api/queries.ts';
import { instrumentationSnippets } from '../../lib/instrumentation-snippets.ts';
import { useProject } from '../../lib/scope/use-scope.ts';

const promises = [
  ['How many fail', 'and for whom: by model, attachment type and network'],
  ['How each one ended', 'cut by whom, after how long, before or after the terminal event'],
  ['What to do', 'retry, resume, fall back, raise a timeout, open a ticket with evidence'],
] as const;

/** What a collector that has never received a stream shows: how to send it one, with its own address filled in. */
export function Onboarding(): ReactElement {
  const pipeline = usePipeline();
  const endpoint = pipeline.data?.endpoint ?? `${location.origin}/v1/traces`;
  const snippets = instrumentationSnippets(endpoint);
  const keys = useKeys();
  const project = useProject();
  return (
    <section
      aria-labelledby="onboarding-title"
      className="mx-auto grid max-w-5xl gap-10 py-8 md:grid-cols-[minmax(0,1fr)_minmax(0,1.5fr)] md:py-16"
    >
      <div>
        <p className="mb-3 flex items-center gap-2 text-sm text-ink-2">
          <span className="relative flex size-2" aria-hidden="true">
            <span className="absolute inset-0 animate-ping rounded-full bg-accent opacity-50" />
            <span className="size-2 rounded-full bg-accent" />
          </span>
          Waiting for the first stream
        </p>
        <h1 id="onboarding-title" className="text-2xl font-semibold tracking-tight text-balance">
          Send a stream, and this page fills itself.
        </h1>
        <p className="mt-3 text-md text-pretty text-ink-2">
          An answer of a language model is a stream that must stay alive for seconds to minutes. Weir measures
          each one, and says how it ended.
        </p>
        <dl className="mt-6 space-y-3 border-l border-line pl-4">
          {promises.map(([term, meaning]) => (
            <div key={term}>
              <dt className="font-medium">{term}</dt>
              <dd className="text-ink-2">{meaning}</dd>
            </div>
          ))}
        </dl>
      </div>
      <Tabs.Root defaultValue="register" className="min-w-0 rounded-lg border border-line bg-surface">
        <Tabs.List
          className="flex gap-1 overflow-x-auto border-b border-line px-2"
          aria-label="Ways to instrument"
        >
          {snippets.map(({ key, title }) => (
            <Tabs.Tab
              key={key}
              value={key}
              className="-mb-px h-10 border-b-2 border-transparent px-2.5 text-sm font-medium whitespace-nowrap text-ink-2 hover:text-ink focus-visible:-outline-offset-2 data-[active]:border-accent data-[active]:text-ink"
            >
              {title}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        {snippets.map(({ key, title, note, code }) => (
          <Tabs.Panel key={key} value={key} className="p-4">
            <p className="mb-3 text-ink-2">{note}</p>
            <Snippet code={code} label={title} />
          </Tabs.Panel>
        ))}
        <div className="border-t border-line px-4 py-3">
          {(keys.data?.required === true || project !== defaultProject) && (
            <p className="mb-3 text-sm">
              What sends into the project {project} needs a key of it:{' '}
              <Link to="/settings/keys" className="font-medium text-accent hover:underline">
                create one
              </Link>
              , with all of the above filled in.
            </p>
          )}
          <p className="text-xs text-ink-3">OTLP endpoint of this collector</p>
          <p className="mt-0.5 font-mono text-sm break-all">{endpoint}</p>
          <p className="mt-3 text-xs text-ink-3">
            Nothing at hand? <code className="font-mono text-ink-2">npm run demo</code> starts live traffic
            with every way a stream can fail. Prompts, answers and files never leave your process.
          </p>
        </div>
      </Tabs.Root>
    </section>
  );
}
