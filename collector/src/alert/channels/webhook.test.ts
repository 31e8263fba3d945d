import { describe, expect, it } from 'vitest';
import { notificationOf } from '../notification.ts';
import { resolvedSample, sampleIncident } from '../testing/sample-incident.ts';
import { labelFingerprint } from './label-fingerprint.ts';
import { alertmanagerBody } from './webhook.ts';

const firing = alertmanagerBody(notificationOf(sampleIncident(), 'firing', 'https://weir.example'));
const resolved = alertmanagerBody(notificationOf(resolvedSample(), 'resolved', 'https://weir.example'));

describe('the body of a webhook', () => {
  it('has the fields of Alertmanager version 4 and no others', () => {
    expect(Object.keys(firing).toSorted()).toEqual(
      [
        'version',
        'groupKey',
        'truncatedAlerts',
        'status',
        'receiver',
        'groupLabels',
        'commonLabels',
        'commonAnnotations',
        'externalURL',
        'alerts',
      ].toSorted(),
    );
    expect(Object.keys(firing.alerts[0] ?? {}).toSorted()).toEqual(
      ['status', 'labels', 'annotations', 'startsAt', 'endsAt', 'generatorURL', 'fingerprint'].toSorted(),
    );
  });

  it('names the project, and links to it, when that is not the one that goes without saying', () => {
    const shop = alertmanagerBody(
      notificationOf(sampleIncident({ project: 'shop' }), 'firing', 'https://weir.example'),
    );
    expect(shop.commonLabels).toMatchObject({ project: 'shop' });
    expect(shop.alerts[0]?.generatorURL).toBe('https://weir.example/incidents/rule-1-3?project=shop');
    expect(shop.commonAnnotations.overview_url).toMatch(/[?&]project=shop(&|$)/);
    expect(firing.commonLabels).not.toHaveProperty('project');
  });

  it('says when it began, and no end while it is firing', () => {
    expect(firing.alerts[0]).toMatchObject({
      status: 'firing',
      startsAt: '2026-11-20T02:30:20.000Z',
      endsAt: '0001-01-01T00:00:00Z',
      generatorURL: 'https://weir.example/incidents/rule-1-3',
    });
    expect(resolved.alerts[0]).toMatchObject({ status: 'resolved', endsAt: '2026-11-20T02:42:20.000Z' });
  });

  it('is about the same alert when it fires and when it resolves', () => {
    expect(resolved.alerts[0]?.labels).toEqual(firing.alerts[0]?.labels);
    expect(resolved.alerts[0]?.fingerprint).toBe(firing.alerts[0]?.fingerprint);
    expect(resolved.groupKey).toBe(firing.groupKey);
    expect(resolved.groupLabels).toEqual(firing.groupLabels);
  });

  it('has labels that Prometheus accepts, with the filters among them', () => {
    const labels = alertmanagerBody(
      notificationOf(
        sampleIncident({ filters: ['dimension.tenant-id:a', 'model:x'] }),
        'firing',
        'https://w.example',
      ),
    ).commonLabels;
    for (const name of Object.keys(labels)) expect(name).toMatch(/^[a-zA-Z_][a-zA-Z0-9_]*$/);
    expect(firing.commonLabels).toEqual({
      alertname: 'PDFs <fail> & stall',
      rule_id: 'rule-1',
      model: 'gpt-5|gpt-5-mini',
      not_network: 'wifi',
    });
  });

  it('explains itself to people and to programs', () => {
    const annotations = firing.alerts[0]?.annotations;
    expect(annotations?.summary).toContain('14.8 % of 412 streams');
    expect(annotations?.description).toContain(
      '- behind a proxy, 41.7 % of 120 failed, 82 % of all failures',
    );
    expect(JSON.parse(annotations?.explanation ?? '')).toMatchObject({
      suspects: [{ dimension: 'attachment', value: 'pdf' }, { dimension: 'proxy' }],
    });
    const overview = new URL(annotations?.overview_url ?? '');
    expect(overview.searchParams.get('from')).toBe('2026-11-20T02:26:00.000Z');
    expect(overview.searchParams.get('to')).toBe('2026-11-20T02:31:00.000Z');
    expect(overview.searchParams.getAll('filter')).toEqual([
      'model:gpt-5',
      'model:gpt-5-mini',
      '!network:wifi',
    ]);
  });
});

describe('labelFingerprint', () => {
  /** Values of Prometheus' own test of its label signatures. */
  it.each([
    [{}, 14695981039346656037n],
    [{ name: 'garland, briggs', fear: 'love is not enough' }, 5799056148416392346n],
  ])('of %j is the one of Prometheus', (labels, expected) => {
    expect(BigInt(`0x${labelFingerprint(labels)}`)).toBe(expected);
  });
});
