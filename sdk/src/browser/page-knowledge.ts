import { defaultMaxFrameBytes, type FramerClass, type FrameSink } from '../framing/framer.ts';
import type { AnswerSource } from '../observe/observation.ts';
import { framingOf } from '../protocols/content-type.ts';
import { aiSdkFormat, openaiChatMarks } from '../protocols/formats.ts';
import { createGenericProtocols } from '../protocols/generic-reader.ts';
import type { HeaderSource } from '../protocols/headers.ts';
import { openaiChat } from '../protocols/openai-chat.ts';
import type { Framing, Protocol } from '../protocols/protocol.ts';
import type { RequestHint, WireFormat } from '../protocols/wire-format.ts';
import { createLineFramer } from './line-framer.ts';
import { readPageBody } from './page-body.ts';

/** The formats that a page knows, and those that it is given. */
export interface PageKnowledge {
  /** @returns the format of a call by its path; undefined for a path that nobody knows. */
  protocolOfCall(url: URL, method: string, asked: () => RequestHint): Protocol | undefined;
  /**
   * @param asked what the path promised.
   * @returns the format of an answer: its headers decide. Undefined where it is no stream, and none was promised.
   */
  protocolOfAnswer(asked: Protocol | undefined, headers: HeaderSource): Protocol | undefined;
  /** @returns undefined where the framing is not known. */
  openBody(protocol: Protocol): AnswerSource<Uint8Array> | undefined;
}

/**
 * @param given formats besides those that a page knows. They come first.
 * @param paths of the page's own service that answer with a stream.
 */
export function createPageKnowledge(given: readonly WireFormat[], paths: readonly RegExp[]): PageKnowledge {
  const formats: readonly WireFormat[] = [
    ...given,
    aiSdkFormat,
    { routes: [{ path: /\/chat\/completions$/, protocol: openaiChat }], marks: openaiChatMarks },
    { routes: paths.map((path) => ({ path })) },
  ];
  const all = <K extends keyof WireFormat>(key: K) => formats.map((format) => format[key] ?? []);
  const routes = formats.flatMap(({ routes = [] }) => routes);
  const generic = createGenericProtocols(formats.flatMap(({ marks = [] }) => marks));
  const byFraming: { readonly [F in Framing]?: Protocol } = Object.assign(
    { ...generic },
    ...all('byFraming'),
  );
  const framers: { readonly [F in Framing]?: FramerClass } = Object.assign({}, ...all('framers'));

  return {
    protocolOfCall(url, called, asked) {
      const { hostname, port, pathname, searchParams } = url;
      const target = { host: hostname, port, path: pathname.replace(/\/+$/, ''), query: searchParams };
      const route = routes.find(
        ({ path, method = 'POST', when }) =>
          called === method && path.test(target.path) && (when === undefined || when(target, asked())),
      );
      return route && (route.protocol ?? generic.sse);
    },
    protocolOfAnswer(asked, headers) {
      const named = formats
        .flatMap((format) => format.headers ?? [])
        .find(([name]) => headers.get(name) !== null);
      if (named !== undefined) return named[1];
      const framing = framingOf(headers.get('content-type'));
      if (framing === undefined || framing === asked?.framing) return asked;
      const variant = formats
        .flatMap(({ variants = [] }) => variants)
        .find(([from, to]) => from === asked && to.framing === framing);
      return variant?.[1] ?? (framing === 'json' ? asked : byFraming[framing]);
    },
    openBody(protocol) {
      const { framing } = protocol;
      const Framer = framers[framing];
      if (Framer !== undefined) {
        return readPageBody(protocol, (sink: FrameSink) => new Framer(sink, defaultMaxFrameBytes));
      }
      return framing === 'sse' || framing === 'ndjson'
        ? readPageBody(protocol, (sink) => createLineFramer(framing, sink, defaultMaxFrameBytes))
        : undefined;
    },
  };
}
