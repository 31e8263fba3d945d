import { createBodyReader } from '../framing/body-reader.ts';
import { classifyHttpError } from './http-error.ts';
import { recogniseProtocol } from './recognise.ts';
import { requestFacts } from './request-facts.ts';
import { responseFacts } from './response-facts.ts';
import type { WireKnowledge } from './wire-knowledge.ts';

/** Every wire format, every provider, every proxy. */
export const fullKnowledge: WireKnowledge = {
  recognise: recogniseProtocol,
  requestFacts,
  responseFacts,
  classifyHttpError,
  openBody: (protocol) => createBodyReader(protocol),
};
