import { trace } from '@opentelemetry/api';
import { TracerProvider } from '@opentelemetry/sdk-trace';
import OpenAI from 'openai';
import { startWeir } from '../../../../sdk/src/node.ts';
import { clientOptions, openChat } from '../../openai-chat.ts';
import { spanTap } from '../../opentelemetry-spans.ts';
import type { CreateSubject } from '../../subject.ts';

export const createSubject: CreateSubject = ({ baseURL, onSpan }) => {
  trace.setGlobalTracerProvider(new TracerProvider({ spanProcessors: [spanTap(onSpan)] }));
  const weir = startWeir();
  const client = new OpenAI(clientOptions(baseURL));
  return { open: (call) => openChat(client, call), flush: weir.flush };
};

export const createBare: CreateSubject = ({ baseURL }) => {
  const client = new OpenAI(clientOptions(baseURL));
  return { open: (call) => openChat(client, call) };
};
