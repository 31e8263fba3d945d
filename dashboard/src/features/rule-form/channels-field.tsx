import type { ReactElement } from 'react';
import { Button } from '../../components/button.tsx';
import { inputClass, selectClass } from '../../components/fields.tsx';
import { Icon } from '../../components/icon.tsx';
import type { ChannelDraft } from './rule-draft.ts';

const maxChannels = 10;

const types = [
  { value: 'slack', label: 'Slack', placeholder: 'https://hooks.slack.com/services/…' },
  { value: 'webhook', label: 'Webhook', placeholder: 'https://…' },
] as const;

/** Who is told. Stored addresses come back masked; one that is not touched stays as it is. */
export function ChannelsField({
  channels,
  problem,
  onChange,
}: {
  readonly channels: readonly ChannelDraft[];
  readonly problem: string | undefined;
  readonly onChange: (channels: readonly ChannelDraft[]) => void;
}): ReactElement {
  const replace = (key: string, next: Partial<ChannelDraft>): void =>
    onChange(channels.map((channel) => (channel.key === key ? { ...channel, ...next } : channel)));
  return (
    <div className="space-y-2">
      {channels.map((channel, index) => (
        <div key={channel.key} className="flex gap-2">
          <span className="w-28 shrink-0">
            <select
              aria-label={`Type of channel ${index + 1}`}
              value={channel.type}
              onChange={(event) => {
                const type = types.find(({ value }) => value === event.target.value);
                if (type !== undefined) replace(channel.key, { type: type.value });
              }}
              className={selectClass}
            >
              {types.map(({ value, label }) => (
                <option key={value} value={value}>
                  {label}
                </option>
              ))}
            </select>
          </span>
          <input
            aria-label={`Address of channel ${index + 1}`}
            type="url"
            value={channel.url}
            placeholder={types.find(({ value }) => value === channel.type)?.placeholder}
            onChange={(event) => replace(channel.key, { url: event.target.value })}
            className={inputClass}
          />
          <Button
            look="ghost"
            size="icon"
            aria-label={`Remove channel ${index + 1}`}
            onClick={() => onChange(channels.filter(({ key }) => key !== channel.key))}
          >
            <Icon name="close" className="size-3.5" />
          </Button>
        </div>
      ))}
      {channels.length === 0 && (
        <p className="text-sm text-ink-3">Nobody is told; incidents are still recorded.</p>
      )}
      {problem !== undefined && <p className="text-xs text-failed-text">{problem}</p>}
      {channels.length < maxChannels && (
        <div className="flex gap-1.5">
          {types.map(({ value, label }) => (
            <Button
              key={value}
              onClick={() => onChange([...channels, { key: crypto.randomUUID(), type: value, url: '' }])}
            >
              <Icon name="plus" className="-ml-0.5" />
              {label}
            </Button>
          ))}
        </div>
      )}
    </div>
  );
}
