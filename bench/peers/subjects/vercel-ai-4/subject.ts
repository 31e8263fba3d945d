import { createOpenAI } from '@ai-sdk/openai';
import { trace } from '@opentelemetry/api';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { streamText } from 'ai';
import { model, question } from '../../openai-chat.ts';
import { spanTap } from '../../opentelemetry-spans.ts';
import type { CreateSubject, Subject } from '../../subject.ts';

export const createSubject: CreateSubject = ({ baseURL, onSpan }) => {
  const provider = new BasicTracerProvider();
  provider.addSpanProcessor(spanTap(onSpan));
  trace.setGlobalTracerProvider(provider);
  return textStreams(baseURL, true);
};

export const createBare: CreateSubject = ({ baseURL }) => textStreams(baseURL, false);

function textStreams(baseURL: string, isEnabled: boolean): Subject {
  const provider = createOpenAI({ apiKey: 'none', baseURL, compatibility: 'strict' });
  return {
    open: async ({ headers, signal }) =>
      streamText({
        model: provider.chat(model),
        prompt: question,
        maxRetries: 0,
        headers: { ...headers },
        experimental_telemetry: { isEnabled, functionId: 'answer' },
        // It prints errors unless told otherwise; they are in the stream as well.
        onError: () => undefined,
        ...(signal === undefined ? {} : { abortSignal: signal }),
      }).textStream,
  };
}
