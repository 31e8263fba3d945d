import type { Rule, RuleInput, RuleList } from '@weir/schemas/api';

/** What the demo watches for: quick to fire and to recover, so that an incident of minutes is seen whole. */
function demoRules(webhookUrl: string): readonly RuleInput[] {
  const common = {
    enabled: true,
    measure: 'failure_rate',
    delaySeconds: 10,
    windowSeconds: 120,
    forSeconds: 0,
    recoveryForSeconds: 30,
    minimumFailures: 5,
    channels: [{ type: 'webhook', url: webhookUrl }],
  } as const satisfies Partial<RuleInput>;
  return [
    {
      ...common,
      name: 'Demo: more than 10 % of all streams fail',
      filters: [],
      threshold: 0.1,
      minimumStreams: 50,
    },
    {
      ...common,
      name: 'Demo: more than 15 % of streams with a PDF fail',
      filters: ['attachment:pdf'],
      threshold: 0.15,
      minimumStreams: 15,
    },
  ];
}

/** Creates the demo's rules, or points those of an earlier run at the receiver of this one. */
export async function putDemoRules(collectorUrl: string, webhookUrl: string): Promise<void> {
  const existing = await api<RuleList>(`${collectorUrl}/api/v1/rules`, 'GET');
  for (const rule of demoRules(webhookUrl)) {
    const earlier = existing.rules.find(({ name }) => name === rule.name);
    if (earlier) await api<Rule>(`${collectorUrl}/api/v1/rules/${earlier.id}`, 'PUT', rule);
    else await api<Rule>(`${collectorUrl}/api/v1/rules`, 'POST', rule);
  }
}

async function api<T>(url: string, method: string, body?: unknown): Promise<T> {
  const response = await fetch(url, {
    method,
    ...(body === undefined
      ? {}
      : { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
  });
  if (!response.ok) throw new Error(`${method} ${url}: ${response.status} ${await response.text()}`);
  return (await response.json()) as T;
}
