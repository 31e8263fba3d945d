import { lostSpansKey } from '@weir/schemas/attributes';
import { expect, test } from 'vitest';
import { createSpanOutbox, type SpanOutboxOptions } from './span-outbox.ts';

type Answer = Awaited<ReturnType<SpanOutboxOptions['post']>>;
type Sent = readonly { readonly id: number; readonly attributes?: unknown }[];

const ok: Answer = { status: 200, headers: new Headers() };
const away = () => Promise.reject(new TypeError('Failed to fetch'));

function setUp(limit?: number) {
  const sent: Sent[] = [];
  const refusals: number[] = [];
  const timers: { task: () => void; ms: number }[] = [];
  const answers: (() => Promise<Answer>)[] = [];
  const outbox = createSpanOutbox({
    post: (body) => {
      sent.push(JSON.parse(body).spans);
      return (answers.shift() ?? (async () => ok))();
    },
    envelope: (spans) => ({ spans }),
    schedule: (task, ms) => {
      const timer = { task, ms };
      timers.push(timer);
      return timer;
    },
    cancel: (timer) => {
      const at = timers.findIndex((one) => one === timer);
      if (at !== -1) timers.splice(at, 1);
    },
    onRefused: (status) => refusals.push(status),
    ...(limit === undefined ? {} : { limit }),
  });
  const add = (...ids: number[]) => {
    for (const id of ids) outbox.add({ id, attributes: [] });
  };
  const ids = () => sent.map((spans) => spans.map(({ id }) => id));
  return { outbox, add, sent, ids, refusals, timers, answers };
}

test('spans wait a moment for company, then go together', async () => {
  const { outbox, add, ids, timers } = setUp();
  add(1, 2);
  expect(timers.map(({ ms }) => ms)).toEqual([2000]);
  await outbox.flush();
  expect(ids()).toEqual([[1, 2]]);
  expect(timers).toEqual([]);
});

test('what could not be sent is sent again, later each time, and in order', async () => {
  const { outbox, add, ids, timers, answers } = setUp();
  answers.push(away, async () => ({ status: 503, headers: new Headers({ 'retry-after': '30' }) }));
  add(1);
  await outbox.flush();
  expect(timers.map(({ ms }) => ms)).toEqual([2000]);
  await outbox.flush();
  expect(timers.map(({ ms }) => ms)).toEqual([30_000]);
  add(2);
  await outbox.flush();
  expect(ids()).toEqual([[1], [1], [1, 2]]);
  expect(outbox.lost).toBe(0);
});

test('the oldest make room, and the next export says how many were lost, once', async () => {
  const { outbox, add, sent, answers } = setUp(2);
  answers.push(away);
  add(1, 2, 3, 4);
  expect(outbox.lost).toBe(2);
  await outbox.flush();
  await outbox.flush();
  add(5);
  await outbox.flush();
  const loss = [{ key: lostSpansKey, value: { intValue: '2' } }];
  expect(sent).toEqual([
    [
      { id: 3, attributes: loss },
      { id: 4, attributes: [] },
    ],
    [
      { id: 3, attributes: loss },
      { id: 4, attributes: [] },
    ],
    [{ id: 5, attributes: [] }],
  ]);
  expect(outbox.lost).toBe(0);
});

test('what is refused for good is lost, and told', async () => {
  const { outbox, add, refusals, answers } = setUp();
  answers.push(async () => ({ status: 401, headers: new Headers() }));
  add(1, 2);
  await outbox.flush();
  expect(refusals).toEqual([401]);
  expect(outbox.lost).toBe(2);
});

test('a page that leaves sends at once what a browser lets it, and keeps the rest', () => {
  const { outbox, ids } = setUp();
  for (let id = 0; id < 5; id++) outbox.add({ id, attributes: [], text: 'x'.repeat(14_000) });
  outbox.leave();
  expect(ids()).toEqual([
    [0, 1],
    [2, 3],
  ]);
});
