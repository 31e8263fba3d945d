import type { StreamDetail } from '@weir/schemas/stream-fields';
import { type ReactElement, useState } from 'react';
import { Hint } from '../../components/hint.tsx';
import { Icon } from '../../components/icon.tsx';
import { Panel } from '../../components/panel.tsx';
import { copyText } from '../../lib/clipboard.ts';
import { useZone } from '../../lib/preferences.ts';
import { type Fact, type FactGroup, factGroups } from './facts.ts';

function FactRow({ fact }: { readonly fact: Fact }): ReactElement {
  return (
    <div className="group grid min-h-7 grid-cols-[minmax(0,10.5rem)_minmax(0,1fr)] items-baseline gap-3 border-t border-line py-1 first:border-t-0">
      <dt className="truncate">
        <Hint
          text={
            <>
              {fact.meaning}
              {fact.attribute !== undefined && (
                <span className="mt-0.5 block font-mono text-2xs text-ink-3">{fact.attribute}</span>
              )}
            </>
          }
        >
          <button
            type="button"
            className="max-w-full truncate rounded-sm text-left text-ink-3 decoration-line-strong decoration-dotted underline-offset-4 hover:underline"
          >
            {fact.name}
          </button>
        </Hint>
      </dt>
      <dd className="min-w-0">
        {fact.known ? (
          <button
            type="button"
            title={fact.exact === fact.text ? 'Copy' : `${fact.exact} – copy`}
            onClick={() => void copyText(fact.exact)}
            className="inline-flex max-w-full items-baseline gap-1.5 rounded-sm text-left hover:text-accent"
          >
            <span className="min-w-0 [overflow-wrap:anywhere]">{fact.text}</span>
            <Icon
              name="copy"
              className="size-3 self-center text-ink-3 opacity-0 group-focus-within:opacity-100 group-hover:opacity-100"
            />
          </button>
        ) : (
          <span className="text-ink-3">not known</span>
        )}
      </dd>
    </div>
  );
}

function Group({ group, all }: { readonly group: FactGroup; readonly all: boolean }): ReactElement | null {
  const facts = group.facts.filter(({ known }) => known || all);
  if (facts.length === 0) return null;
  return (
    <section className="mb-5 break-inside-avoid">
      <h3 className="mb-1 text-sm font-semibold">{group.title}</h3>
      <dl>
        {facts.map((fact) => (
          <FactRow key={fact.key} fact={fact} />
        ))}
      </dl>
    </section>
  );
}

/** Everything that is known of one stream, and on request what is not. */
export function FactsPanel({ stream }: { readonly stream: StreamDetail }): ReactElement {
  const [all, setAll] = useState(false);
  const zone = useZone();
  const groups = factGroups(stream, zone);
  const unknown = groups.flatMap(({ facts }) => facts).filter(({ known }) => !known).length;
  const table = {
    columns: ['Fact', 'Attribute', 'Value'],
    rows: groups.flatMap(({ facts }) =>
      facts.filter(({ known }) => known).map(({ key, attribute, exact }) => [key, attribute ?? '', exact]),
    ),
  };
  return (
    <Panel
      title="All facts"
      hint="click a value to copy it"
      table={table}
      controls={
        unknown > 0 && (
          <button
            type="button"
            aria-pressed={all}
            onClick={() => setAll(!all)}
            className="rounded-sm px-1 text-xs text-ink-3 hover:text-ink"
          >
            {all ? 'Hide what is not known' : `Show ${unknown} not known`}
          </button>
        )
      }
    >
      <div className="gap-10 pt-1 md:columns-2">
        {groups.map((group) => (
          <Group key={group.title} group={group} all={all} />
        ))}
      </div>
    </Panel>
  );
}
