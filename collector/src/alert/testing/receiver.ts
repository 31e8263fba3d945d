import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface ReceivedRequest {
  readonly path: string;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: unknown;
}

export interface Answer {
  readonly status: number;
  readonly headers?: Record<string, string>;
  readonly text?: string;
  /** Holds the answer back until it resolves. */
  readonly after?: Promise<void>;
}

export interface Receiver {
  /** `http://127.0.0.1:<port>` */
  readonly origin: string;
  readonly received: readonly ReceivedRequest[];
  /** Answers to the next requests, in order; 200 after that. */
  answerNext(...answers: Answer[]): void;
  /** Resolves with the next request. */
  next(): Promise<ReceivedRequest>;
  clear(): void;
  close(): Promise<void>;
}

/** A real HTTP server on loopback that takes notifications. */
export async function startReceiver(): Promise<Receiver> {
  const received: ReceivedRequest[] = [];
  const answers: Answer[] = [];
  const waiting: ((request: ReceivedRequest) => void)[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const taken = {
      path: request.url ?? '',
      headers: request.headers,
      body: JSON.parse(Buffer.concat(chunks).toString('utf8')),
    };
    received.push(taken);
    waiting.shift()?.(taken);
    const answer = answers.shift() ?? { status: 200 };
    await answer.after;
    response.writeHead(answer.status, answer.headers).end(answer.text ?? '');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    origin: `http://127.0.0.1:${port}`,
    received,
    answerNext: (...next) => answers.push(...next),
    next: () => new Promise((resolve) => waiting.push(resolve)),
    clear() {
      received.length = 0;
      answers.length = 0;
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
