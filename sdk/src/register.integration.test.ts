import type { ChildProcess } from 'node:child_process';
import { createSimulator, type Simulator } from '@weir/simulator';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type OtlpReceiver, receiveOtlp } from './testing/otlp-receiver.ts';
import { outputOf, runProgram } from './testing/run-program.ts';

let simulator: Simulator;
let receiver: OtlpReceiver;
let children: ChildProcess[] = [];

beforeAll(async () => {
  simulator = await createSimulator();
});
beforeEach(async () => {
  receiver = await receiveOtlp();
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children = [];
  await receiver.close();
});
afterAll(() => simulator.close());

/** `node --import @weir/sdk/register program.ts`, which sends to the receiver. */
function run(name: string, variables: Record<string, string> = {}): ChildProcess {
  const child = runProgram({
    name,
    registered: true,
    variables: {
      SIMULATOR_URL: simulator.url,
      WEIR_ENDPOINT: receiver.url,
      OTEL_SERVICE_NAME: 'program',
      ...variables,
    },
  });
  children.push(child);
  return child;
}

function ours() {
  return receiver.spans.filter(({ scope }) => scope === '@weir/sdk');
}

const reasonOf = (span: { attributes: Readonly<Record<string, unknown>> } | undefined) =>
  span?.attributes['weir.stream.termination.reason'];

describe('node --import @weir/sdk/register', () => {
  test('observes real clients in a program that knows nothing of it', async () => {
    const { out, errors, code } = await outputOf(run('two-clients', { WEIR_KEY: 'secret' }));
    expect(errors).toBe('');
    expect(out).toMatch(/^\d+ events\n$/);
    expect(code).toBe(0);
    expect(ours().map(({ name, service, authorization }) => [name, service, authorization])).toEqual([
      ['chat gpt-4.1', 'program', 'Bearer secret'],
      ['chat claude-sonnet-5', 'program', 'Bearer secret'],
    ]);
    expect(ours().map(reasonOf)).toEqual(['completed', 'completed']);
  });

  test('tells nothing of the command line', async () => {
    await outputOf(run('two-clients'));
    const keys = Object.keys(ours()[0]?.resource ?? {});
    expect(keys).toContain('service.instance.id');
    expect(keys.filter((key) => key.startsWith('process.'))).toEqual([]);
  });

  test('leaves a program alone whose collector is away', async () => {
    await receiver.close();
    const { out, code } = await outputOf(run('two-clients'));
    expect(out).toMatch(/^\d+ events\n$/);
    expect(code).toBe(0);
    receiver = await receiveOtlp();
  });

  test('reports a stream that is open when a signal ends the program, which dies of it', async () => {
    const child = run('open-streams', { PROGRAM_END: 'waits' });
    child.stdout?.once('data', () => child.kill('SIGTERM'));
    const { signal } = await outputOf(child);
    expect(signal).toBe('SIGTERM');
    expect(ours().map(reasonOf)).toEqual(['lost']);
  });

  test('lets a program drain its streams at a signal, and reports how they really ended', async () => {
    const child = run('open-streams', { PROGRAM_END: 'drains' });
    child.stdout?.once('data', () => child.kill('SIGTERM'));
    const { code } = await outputOf(child);
    expect(code).toBe(0);
    expect(ours().map(reasonOf)).toEqual(['completed']);
  });
});
