import { describe, expect, it } from 'vitest';
import { type ServerAnswer, watchExternalServer } from './external-server.ts';

/** Answers are taken in order, the last one for ever; every delay ends at once until the script is used up. */
function scripted(answers: ServerAnswer[]) {
  const messages: string[] = [];
  let asked = 0;
  const options = {
    url: 'http://user:secret@db.example:8123/?database=x',
    startTimeoutMs: 1_000,
    ask: async (): Promise<ServerAnswer> => {
      const answer = answers[Math.min(asked, answers.length - 1)];
      asked += 1;
      return answer ?? { status: 'silent', reason: 'no answer scripted' };
    },
    logger: {
      info: (message: string) => messages.push(message),
      warn: (message: string) => messages.push(message),
      error: (message: string) => messages.push(message),
    },
    delay: async (_ms: number, signal: AbortSignal) => {
      if (asked < answers.length) return;
      await new Promise<never>((_, reject) => {
        signal.addEventListener('abort', () => reject(signal.reason), { once: true });
      });
    },
  };
  return { options, messages, countOfQuestions: () => asked };
}

const answered: ServerAnswer = { status: 'answered' };
const silent: ServerAnswer = { status: 'silent', reason: 'ECONNREFUSED' };

describe('watchExternalServer', () => {
  it('waits for a server that is not up yet', async () => {
    const { options } = scripted([silent, silent, answered]);
    const watch = await watchExternalServer(options);
    expect(watch.status).toBe('ready');
    await watch.stop();
  });

  it('gives up with the reason, and without the credentials of the URL', async () => {
    const { options } = scripted(Array.from({ length: 10 }, () => silent));
    const failure = await watchExternalServer(options).catch((error: unknown) => error);
    expect(failure).toMatchObject({ code: 'unreachable', message: expect.stringContaining('ECONNREFUSED') });
    expect(String(failure)).not.toContain('secret');
  });

  it('does not wait when the credentials are refused', async () => {
    const { options, countOfQuestions } = scripted([
      { status: 'refused', reason: 'wrong password' },
      answered,
    ]);
    await expect(watchExternalServer(options)).rejects.toMatchObject({ code: 'access-denied' });
    expect(countOfQuestions()).toBe(1);
  });

  it('follows the server down and up, with one message an episode', async () => {
    const { options, messages, countOfQuestions } = scripted([answered, silent, silent, answered]);
    const watch = await watchExternalServer(options);
    const statuses: string[] = [];
    watch.onStatus((status) => statuses.push(status));
    while (countOfQuestions() < 4 || watch.status !== 'ready')
      await new Promise((resolve) => setImmediate(resolve));
    expect(statuses).toEqual(['restarting', 'ready']);
    expect(messages).toHaveLength(2);
    await watch.stop();
    expect(watch.status).toBe('stopped');
  });
});
