import { defaultProject } from '@weir/schemas/api';
import type { Notification } from '../notification.ts';
import type { Send } from './channel.ts';
import { httpOutcome } from './http-outcome.ts';
import { labelFingerprint } from './label-fingerprint.ts';
import type { PostJson } from './post-json.ts';

/** The body that Alertmanager sends to a `webhook_config`, version 4: receivers written for it understand this. */
export interface AlertmanagerBody {
  readonly version: '4';
  readonly groupKey: string;
  readonly truncatedAlerts: number;
  readonly status: 'firing' | 'resolved';
  readonly receiver: string;
  readonly groupLabels: Readonly<Record<string, string>>;
  readonly commonLabels: Readonly<Record<string, string>>;
  readonly commonAnnotations: Readonly<Record<string, string>>;
  readonly externalURL: string;
  readonly alerts: readonly AlertmanagerAlert[];
}

interface AlertmanagerAlert {
  readonly status: 'firing' | 'resolved';
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly generatorURL: string;
  readonly fingerprint: string;
}

/** Go's zero time: what Alertmanager sends for an end that is not known. */
const NO_END = '0001-01-01T00:00:00Z';

export function createWebhook(post: PostJson, now: () => number): Send<{ readonly url: string }> {
  return async ({ url }, notification) => {
    const headers = { 'idempotency-key': notification.id };
    return httpOutcome(await post(url, alertmanagerBody(notification), headers), now());
  };
}

/** @see https://prometheus.io/docs/alerting/latest/configuration/#webhook_config */
export function alertmanagerBody(notification: Notification): AlertmanagerBody {
  const { incident, transition, links } = notification;
  const labels = labelsOf(notification);
  const annotations = annotationsOf(notification);
  const groupLabels = { alertname: incident.ruleName, rule_id: incident.ruleId };
  const ended = transition === 'resolved' && incident.resolvedAt !== null;
  return {
    version: '4',
    groupKey: `{}:{alertname=${JSON.stringify(incident.ruleName)}, rule_id=${JSON.stringify(incident.ruleId)}}`,
    truncatedAlerts: 0,
    status: transition,
    receiver: 'weir',
    groupLabels,
    commonLabels: labels,
    commonAnnotations: annotations,
    externalURL: links.dashboard,
    alerts: [
      {
        status: transition,
        labels,
        annotations,
        startsAt: new Date(incident.startedAt).toISOString(),
        endsAt: ended ? new Date(incident.resolvedAt).toISOString() : NO_END,
        generatorURL: links.incident,
        fingerprint: labelFingerprint(labels),
      },
    ],
  };
}

/** Labels are the alert's identity: the same when it fires and when it resolves, so figures are no labels. */
function labelsOf({ incident }: Notification): Record<string, string> {
  const values = new Map<string, string[]>();
  for (const filter of incident.filters) {
    const colon = filter.indexOf(':');
    const name = filter
      .slice(0, colon)
      .replace(/^!/, 'not_')
      .replaceAll(/[^a-zA-Z0-9_]/g, '_');
    values.set(name, [...(values.get(name) ?? []), filter.slice(colon + 1)]);
  }
  return {
    ...Object.fromEntries([...values].map(([name, of]) => [name, of.join('|')])),
    alertname: incident.ruleName,
    rule_id: incident.ruleId,
    ...(incident.project !== defaultProject && { project: incident.project }),
  };
}

function annotationsOf(notification: Notification): Record<string, string> {
  const { incident, links, suspects } = notification;
  return {
    summary: notification.sentence,
    description: [notification.sentence, ...suspects.map((words) => `- ${words}`), links.incident].join('\n'),
    explanation: JSON.stringify({ suspects: incident.suspects }),
    incident_id: incident.id,
    overview_url: links.overview,
  };
}
