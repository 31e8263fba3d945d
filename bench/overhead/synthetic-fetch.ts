import { chatFrame } from './chat-frames.ts';

/** What the next answer is like. */
export interface Answer {
  readonly chunks: number;
  /** After its chunks the answer stays open and silent. */
  readonly staysOpen: boolean;
}

/**
 * A `fetch` whose answers are made in this process, one frame a read, so that nothing but the reader is measured. The
 * body is a byte stream that is filled when it is pulled, like the one of the runtime.
 */
export function syntheticFetch(nextAnswer: () => Answer): typeof globalThis.fetch {
  return async (input) => {
    const url = input instanceof Request ? input.url : String(input);
    // Some instrumentations ask servers of their own as well.
    if (!url.endsWith('/chat/completions')) return Response.json({});
    return new Response(answerBody(nextAnswer()), { headers: { 'content-type': 'text/event-stream' } });
  };
}

function answerBody({ chunks, staysOpen }: Answer): ReadableStream {
  let index = 0;
  const pull = (controller: ReadableByteStreamController): Promise<void> | undefined => {
    if (staysOpen && index > chunks) return new Promise(() => undefined);
    const bytes = chatFrame(index++, chunks);
    // A copy: whoever reads from a byte stream gets the buffer itself.
    if (bytes === undefined) controller.close();
    else controller.enqueue(bytes.slice());
    return undefined;
  };
  return new ReadableStream({ type: 'bytes', pull });
}
