import { describe, expect, it } from 'vitest';
import { notificationOf } from '../notification.ts';
import { resolvedSample, sampleIncident } from '../testing/sample-incident.ts';
import { slackMessage } from './slack.ts';

interface Message {
  text: string;
  blocks: { type: string; text?: { text: string }; elements?: { text: { text: string }; url: string }[] }[];
}

function message(incident = sampleIncident(), transition: 'firing' | 'resolved' = 'firing'): Message {
  return slackMessage(notificationOf(incident, transition, 'https://weir.example')) as Message;
}

describe('a Slack message', () => {
  it('begins with the sentence, escaped', () => {
    const { text, blocks } = message();
    expect(text).toMatch(/^:red_circle: PDFs &lt;fail&gt; &amp; stall: 14\.8 % of 412 streams/);
    expect(blocks[0]?.text?.text).toMatch(
      /^:red_circle: \*PDFs &lt;fail&gt; &amp; stall\* firing\n14\.8 % of 412/,
    );
  });

  it('names the project when that is not the one that goes without saying', () => {
    expect(message(sampleIncident({ project: 'shop' })).text).toMatch(/ stall \(shop\): 14\.8 %/);
  });

  it('lists the suspects while it is firing', () => {
    expect(message().blocks[1]?.text?.text).toContain('• behind a proxy, 41.7 % of 120 failed');
    const resolved = message(resolvedSample(), 'resolved');
    expect(resolved.blocks.map(({ type }) => type)).toEqual(['section', 'actions']);
    expect(resolved.text).toMatch(/^:large_green_circle: .*: Recovered after 12 minutes/);
  });

  it('leads to the incident and to its streams', () => {
    const elements = message().blocks.at(-1)?.elements ?? [];
    expect(elements.map(({ url }) => url.split('?')[0])).toEqual([
      'https://weir.example/incidents/rule-1-3',
      'https://weir.example/',
    ]);
  });

  it("stays within Slack's limits", () => {
    const filters = Array.from({ length: 32 }, (_, index) => `dimension.tenant:${index}${'x'.repeat(280)}`);
    const { text, blocks } = message(sampleIncident({ filters }));
    expect(text.length).toBeLessThanOrEqual(3000);
    for (const block of blocks) {
      expect(block.text?.text.length ?? 0).toBeLessThanOrEqual(3000);
      for (const { url } of block.elements ?? []) expect(url.length).toBeLessThanOrEqual(3000);
    }
  });
});
