import { trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import { startWeir } from '../../sdk/src/node.ts';
import { spanTap } from '../peers/opentelemetry-spans.ts';
import type { CreateSubject, Subject } from '../peers/subject.ts';

/** Weir under a plain `fetch`, whose reader decodes nothing: the least that reading a body can cost. */
export const createSubject: CreateSubject = ({ baseURL, onSpan }) => {
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [spanTap(onSpan)] }));
  const weir = startWeir();
  return { ...plainFetch(baseURL), flush: weir.flush };
};

export const createBare: CreateSubject = ({ baseURL }) => plainFetch(baseURL);

function plainFetch(baseURL: string): Subject {
  const { fetch } = globalThis;
  return {
    open: async ({ headers }) => {
      const body = JSON.stringify({
        model: 'gpt-4.1',
        stream: true,
        messages: [{ role: 'user', content: 'How does a weir measure a stream?' }],
      });
      const response = await fetch(`${baseURL}/chat/completions`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...headers },
        body,
      });
      if (response.body === null) throw new Error(`HTTP ${response.status} without a body`);
      return readsOf(response.body);
    },
  };
}

/** One item a read, without decoding. */
function readsOf(body: ReadableStream<Uint8Array>): AsyncIterable<string> {
  const reader = body.getReader();
  const next = async (): Promise<IteratorResult<string>> => {
    const { done } = await reader.read();
    return done ? { done: true, value: undefined } : { done: false, value: 'read' };
  };
  return { [Symbol.asyncIterator]: () => ({ next }) };
}
