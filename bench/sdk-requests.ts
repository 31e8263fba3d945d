/**
 * What looking at a request body costs the SDK, once a call: `node bench/sdk-requests.ts`. Bodies from a plain
 * question to ten megabytes of attachments; `JSON.parse` beside it.
 */
import { bench, do_not_optimize, group, run } from 'mitata';
import { requestFacts } from '../sdk/src/protocols/index.ts';

const oneMebibyte = 1024 * 1024;

interface Body {
  readonly name: string;
  readonly json: string;
  readonly attachments: number;
}

const bodies: readonly Body[] = [
  { name: 'one question, 150 bytes', json: chat([text('What is a weir?')]), attachments: 0 },
  {
    name: '40 turns of history, 60 KB',
    json: chat(
      Array.from({ length: 40 }, (_, i) => text(`Turn ${i}: ${'and so it goes, "on" '.repeat(70)}`)),
    ),
    attachments: 0,
  },
  { name: 'one image, 1 MiB', json: chat([image(oneMebibyte)]), attachments: 1 },
  {
    name: 'ten images, 10 MiB',
    json: chat(Array.from({ length: 10 }, () => image(oneMebibyte))),
    attachments: 10,
  },
];

function chat(parts: readonly object[]): string {
  return JSON.stringify({ model: 'gpt-4o', stream: true, messages: [{ role: 'user', content: parts }] });
}

function text(content: string): object {
  return { type: 'text', text: content };
}

function image(bytes: number): object {
  return {
    type: 'image_url',
    image_url: { url: `data:image/png;base64,${'iVBORw0KGgoA'.repeat(bytes / 12)}` },
  };
}

for (const { name, json, attachments } of bodies) {
  const bytes = new TextEncoder().encode(json);
  for (const body of [json, bytes]) {
    const seen = requestFacts(body).attachments.count;
    if (seen !== attachments) throw new Error(`${name}: ${seen} attachments seen, ${attachments} are there`);
  }
  group(name, () => {
    bench('requestFacts of a string', () => do_not_optimize(requestFacts(json)));
    bench('requestFacts of bytes', () => do_not_optimize(requestFacts(bytes)));
    bench('JSON.parse', () => do_not_optimize(JSON.parse(json)));
  });
}

await run({ format: process.argv.includes('--json') ? 'json' : 'mitata' });
