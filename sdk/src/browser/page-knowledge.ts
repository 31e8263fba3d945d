import { FramedBodyReader } from '../framing/framed-body-reader.ts';
import { defaultMaxFrameBytes, type Framers } from '../framing/framer.ts';
import { NdjsonFramer } from '../framing/ndjson.ts';
import { SseFramer } from '../framing/sse.ts';
import {
  aiSdkFormat,
  anthropicFormat,
  openaiChatFormat,
  openaiResponsesFormat,
} from '../protocols/formats.ts';
import { createGenericProtocols } from '../protocols/generic-reader.ts';
import { judgeHttpError } from '../protocols/http-error.ts';
import { createRecogniser } from '../protocols/recogniser.ts';
import { headerFacts } from '../protocols/response-facts.ts';
import type { WireFormat } from '../protocols/wire-format.ts';
import type { WireKnowledge } from '../protocols/wire-knowledge.ts';
import { pageRequestFacts } from './page-request.ts';

export interface PageKnowledgeOptions {
  /** Wire formats besides those that a page knows. They come first. */
  readonly protocols: readonly WireFormat[];
  /** Paths of the page's own service that answer with a stream. */
  readonly paths: readonly RegExp[];
  readonly requestFacts?: WireKnowledge['requestFacts'] | undefined;
}

/** A page parses each delta: it spends far longer on showing one. */
const noShapes = { match: () => undefined, learn: () => undefined, forget: () => undefined };

/**
 * What a page knows: the formats that services speak to their pages. A proxy in front of the own service is no sign of
 * anything in between, and providers are not told apart.
 */
export function createPageKnowledge(options: PageKnowledgeOptions): WireKnowledge {
  const formats: readonly WireFormat[] = [
    ...options.protocols,
    openaiResponsesFormat,
    anthropicFormat,
    aiSdkFormat,
    openaiChatFormat,
    { routes: options.paths.map((path) => ({ path })) },
  ];
  const generic = createGenericProtocols(formats.flatMap((format) => format.marks ?? []));
  const framers: Framers = Object.assign(
    { sse: SseFramer, ndjson: NdjsonFramer },
    ...formats.map((format) => format.framers),
  );
  return {
    recognise: createRecogniser({ formats, generic, providerName: () => undefined }),
    unknownFormat: generic.sse,
    requestFacts: options.requestFacts ?? pageRequestFacts,
    responseFacts: headerFacts,
    classifyHttpError: (response) => judgeHttpError(response, undefined),
    openBody(protocol) {
      const framer = framers[protocol.framing];
      if (framer === undefined) return undefined;
      return new FramedBodyReader(protocol, {
        framer,
        createDeltaShapes: () => noShapes,
        maxFrameBytes: defaultMaxFrameBytes,
      });
    },
  };
}
