import { LangChainInstrumentation } from '@arizeai/openinference-instrumentation-langchain';
import * as callbackManager from '@langchain/core/callbacks/manager';
import { BasicTracerProvider } from '@opentelemetry/sdk-trace-base';
import { openChain } from '../../langchain-chat.ts';
import { spanTap } from '../../opentelemetry-spans.ts';
import type { CreateSubject } from '../../subject.ts';
import { answers } from './chain.ts';

export const createSubject: CreateSubject = ({ baseURL, onSpan }) => {
  const tracerProvider = new BasicTracerProvider({ spanProcessors: [spanTap(onSpan)] });
  new LangChainInstrumentation({ tracerProvider }).manuallyInstrument(callbackManager);
  return createBare({ baseURL, onSpan });
};

export const createBare: CreateSubject = ({ baseURL }) => ({
  open: (call) => openChain(answers(baseURL, call), call),
});
