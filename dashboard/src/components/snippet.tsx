import type { ReactElement } from 'react';
import { copyText } from '../lib/clipboard.ts';
import { Button } from './button.tsx';
import { Icon } from './icon.tsx';

/** Code to copy. */
export function Snippet({ code, label }: { readonly code: string; readonly label: string }): ReactElement {
  return (
    <div className="group relative">
      <pre className="overflow-x-auto rounded-md border border-line bg-sunken/60 px-3 py-2.5 pr-11 font-mono text-sm/5 text-ink">
        {code}
      </pre>
      <Button
        look="ghost"
        size="iconSm"
        aria-label={`Copy ${label}`}
        onClick={() => void copyText(code)}
        className="absolute top-2 right-2 bg-surface/80"
      >
        <Icon name="copy" />
      </Button>
    </div>
  );
}
