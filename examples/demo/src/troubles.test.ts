import { faults } from '@weir/simulator';
import { describe, expect, it } from 'vitest';
import { population, question } from './population.ts';
import { seededRandom } from './random.ts';
import { incidentAt, incidents, troubleFor } from './troubles.ts';

const minute = 60_000;

describe('the planted incidents', () => {
  it('come in turn, with quiet before each', () => {
    const names = Array.from({ length: 24 }, (_, i) => incidentAt(i * minute, 2 * minute, minute)?.name);
    const [first, second, third, fourth] = incidents.map(({ name }) => name);
    const quiet = [undefined, undefined];
    const cycle = [...quiet, first, ...quiet, second, ...quiet, third, ...quiet, fourth];
    expect(names).toEqual([...cycle, ...cycle]);
  });

  it('fail those they concern, and leave the others to the ordinary day', () => {
    const random = seededRandom(3);
    const users = population(random, 500);
    for (const incident of incidents) {
      let concerned = 0;
      let hit = 0;
      let spared = 0;
      let sparedHit = 0;
      for (const user of users) {
        const asked = question(random);
        const isHit = troubleFor(random, incident, user, asked) === incident.trouble;
        if (incident.concerns(user, asked)) {
          concerned += 1;
          hit += Number(isHit);
        } else {
          spared += 1;
          sparedHit += Number(isHit);
        }
      }
      expect(spared).toBeGreaterThan(0);
      expect(sparedHit).toBe(0);
      if (concerned > 40) expect(hit / concerned).toBeCloseTo(incident.share, 0);
    }
  });

  it('use faults that the simulator has', () => {
    const known = new Set(faults.map(({ name }) => name));
    for (const { trouble } of incidents) {
      if (trouble.fault?.fault) expect(known).toContain(trouble.fault.fault);
    }
  });
});

describe('an ordinary day', () => {
  it('has about as many failures as published traces of such services: 1 % to 4 %', () => {
    const random = seededRandom(7);
    const users = population(random, 50);
    const harmless = new Set([undefined, 'length', 'content_filter', 'refusal', 'stall_then_continue']);
    let failures = 0;
    const total = 20_000;
    for (let i = 0; i < total; i += 1) {
      const user = users[i % users.length];
      if (user === undefined) throw new Error('no users');
      const trouble = troubleFor(random, undefined, user, question(random));
      failures += Number(!harmless.has(trouble.fault?.fault));
    }
    expect(failures / total).toBeGreaterThan(0.01);
    expect(failures / total).toBeLessThan(0.04);
  });
});
