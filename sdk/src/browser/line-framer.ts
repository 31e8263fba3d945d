import type { Framer, FrameSink } from '../framing/framer.ts';
import { parseJson } from '../protocols/json.ts';
import type { BodyFault, DocumentKind } from '../protocols/protocol.ts';

/**
 * Cuts server-sent events or lines of JSON out of a body, as `SseFramer` and `NdjsonFramer` do: those are written for
 * speed, this one to be small. One test holds them to each other.
 */
export function createLineFramer(framing: 'sse' | 'ndjson', sink: FrameSink, maxChars: number): Framer {
  let decoder = strictDecoder();
  let replacements = 0;
  let broken: BodyFault | undefined;
  /** The line that has not ended. */
  let rest = '';
  let event: string | undefined;
  let data: string | undefined;
  /** JSON that stands bare where frames are due, while it is not whole. */
  let bare = '';
  let document: DocumentKind | undefined;
  let framesSeen = false;

  const decode = (bytes: Uint8Array): string => {
    try {
      return decoder.decode(bytes, { stream: true });
    } catch {
      replacements++;
      decoder = strictDecoder();
      return new TextDecoder().decode(bytes);
    }
  };
  const dispatch = (complete: boolean) => {
    const payload = data;
    const name = event;
    data = event = undefined;
    if (payload === undefined) return;
    framesSeen = true;
    sink.frame(name, payload, complete);
  };
  const readBare = (line: string) => {
    bare += line;
    if (parseJson(bare).status === 'malformed') return;
    const json = bare;
    bare = '';
    sink.bare(json);
  };
  /** A line that is no field; inside of a frame it is ignored, as the specification asks. */
  const readStray = (line: string) => {
    const first = line.trimStart()[0];
    if (data !== undefined || first === undefined) return;
    const isJson = first === '{' || first === '[';
    document ??= isJson ? 'json' : first === '<' ? 'html' : 'text';
    if (isJson) readBare(line);
  };
  /** https://html.spec.whatwg.org/multipage/server-sent-events.html, and a field named `error`. */
  const readField = (line: string) => {
    if (bare !== '' && !/^(data|event):/.test(line)) return readBare(line);
    bare = '';
    if (line === '') return dispatch(true);
    const [, name, value = ''] = /^([^:]*):? ?(.*)$/s.exec(line) ?? [];
    if (name === 'data') data = data === undefined ? value : `${data}\n${value}`;
    else if (name === 'event') event = value || undefined;
    else if (name === 'error') sink.errorField(value);
    else if (name !== '' && name !== 'id' && name !== 'retry') readStray(line);
  };
  const readJson = (line: string, complete: boolean) => {
    const json = line.trim();
    if (json === '') return;
    document ??= json[0] === '<' ? 'html' : 'text';
    sink.frame(undefined, json, complete);
  };
  const readLine = framing === 'sse' ? readField : readJson;

  return {
    lastEventId: '',
    get replacements() {
      return replacements;
    },
    get broken() {
      return broken;
    },
    get midFrame() {
      return data !== undefined || rest + bare !== '';
    },
    get document() {
      // Lines of text may be anything.
      return framesSeen || (framing === 'ndjson' && document === 'text') ? undefined : document;
    },
    push(bytes) {
      if (broken !== undefined) return;
      const text = decode(bytes);
      rest += text;
      if (/[\r\n]/.test(text)) {
        // A CR at the end may be half of a CR LF.
        const lines = rest.split(/\r\n|\n|\r(?!$)/);
        rest = lines.pop() ?? '';
        for (const line of lines) readLine(line, true);
      }
      if (rest.length + bare.length + (data?.length ?? 0) <= maxChars) return;
      broken = 'frame_too_large';
      rest = bare = '';
      data = undefined;
    },
    finish() {
      const lines = rest.split(/\r/);
      rest = lines.pop() ?? '';
      for (const line of lines) readLine(line, true);
      if (rest !== '') readLine(rest, false);
      rest = '';
      if (data !== undefined) dispatch(false);
    },
  };
}

function strictDecoder(): TextDecoder {
  return new TextDecoder('utf-8', { fatal: true });
}
