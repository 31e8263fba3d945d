import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { requestFacts } from './request-facts.ts';

const png = `iVBORw0KGgo${'A'.repeat(1001)}`;
const pngBytes = Math.floor((png.length * 3) / 4);
const pdf = `JVBERi0x${'B'.repeat(398)}==`;
const pdfBytes = Math.floor(((pdf.length - 2) * 3) / 4);

const openai = (...content: object[]) => ({
  model: 'm',
  stream: true,
  messages: [{ role: 'user', content }],
});
const attachments = (body: object) => requestFacts(JSON.stringify(body)).attachments;

describe('a request', () => {
  it('tells model, stream, input and size', () => {
    const body = JSON.stringify({ ...openai(), note: 'größer' });
    expect(requestFacts(body)).toEqual({
      model: 'm',
      stream: true,
      input: 'messages',
      bytes: new TextEncoder().encode(body).length,
      attachments: { count: 0, class: 'none', classes: [], mimeTypes: [] },
    });
  });

  it('tells the same as bytes, as an object and as text', () => {
    const body = openai({ type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } });
    const text = JSON.stringify(body);
    const expected = requestFacts(text);
    const bytes = new TextEncoder().encode(text);
    expect(requestFacts(bytes)).toEqual(expected);
    expect(requestFacts(bytes.buffer)).toEqual(expected);
    const { bytes: _size, ...rest } = expected;
    expect(requestFacts(body)).toEqual(rest);
  });

  it.each([
    [
      'https://b.amazonaws.com/model/us.amazon.nova-lite-v1%3A0/converse-stream',
      'us.amazon.nova-lite-v1:0',
      true,
    ],
    ['https://b.amazonaws.com/model/m/invoke', 'm', false],
    [
      'https://g.googleapis.com/v1beta/models/gemini-2.5-pro:streamGenerateContent?alt=sse',
      'gemini-2.5-pro',
      true,
    ],
    ['https://g.googleapis.com/v1beta/models/gemini-2.5-pro:generateContent', 'gemini-2.5-pro', false],
    [
      'https://a.openai.azure.com/openai/deployments/my-gpt/chat/completions?api-version=1',
      'my-gpt',
      undefined,
    ],
    ['https://api.openai.com/v1/responses/resp_1?stream=true', undefined, true],
    ['https://api-inference.huggingface.co/models/org/zephyr', 'org/zephyr', undefined],
    ['https://a.services.ai.azure.com/models/chat/completions', undefined, undefined],
    ['https://adb-1.azuredatabricks.net/serving-endpoints/dbrx/invocations', 'dbrx', undefined],
  ])('of %s has what its URL says', (url, model, stream) => {
    const facts = requestFacts('{"contents":[]}', { url });
    expect([facts.model, facts.stream]).toEqual([model, stream]);
  });

  it('that is empty, a stream or no JSON tells nothing', () => {
    for (const body of [
      undefined,
      null,
      '',
      'hello',
      '[1]',
      '{"model":',
      new ReadableStream(),
      new URLSearchParams('a=b'),
    ]) {
      expect(requestFacts(body)).toMatchObject({ attachments: { count: 0, class: 'none' } });
    }
  });

  it('of a completion is one', () => {
    expect(requestFacts('{"prompt":"hi"}')).toMatchObject({ operation: 'text_completion', input: 'prompt' });
  });

  it.each([
    ['a stored prompt is no completion', { prompt: { id: 'pmpt_1', variables: {} } }, undefined, undefined],
    ['a model may be called model_id', { model_id: 'granite', input: 'hi' }, 'granite', 'input'],
  ])('%s', (_name, body, model, input) => {
    const facts = requestFacts(JSON.stringify(body));
    expect([facts.model, facts.input, facts.operation]).toEqual([model, input, undefined]);
  });

  it('never throws, and never keeps content', () => {
    fc.assert(
      fc.property(
        fc.oneof(fc.string(), fc.json(), fc.uint8Array()),
        fc.constantFrom(
          'https://a.b/model/%E0%A4/invoke',
          '/x',
          'http://[',
          'https://a/models/b:streamGenerateContent',
        ),
        (body, url) => {
          requestFacts(body, { url, contentType: 'multipart/form-data; boundary=x' });
          requestFacts(body, { url });
        },
      ),
    );
    const secret = 'top secret';
    const facts = requestFacts(
      JSON.stringify(
        openai(
          { type: 'text', text: secret },
          {
            type: 'file',
            file: { filename: `${secret}.pdf`, file_data: `data:application/pdf;base64,${pdf}` },
          },
        ),
      ),
    );
    expect(JSON.stringify(facts)).not.toContain(secret);
    expect(facts.attachments.count).toBe(1);
  });
});

describe('attachments', () => {
  const image = { count: 1, bytes: pngBytes, class: 'image', classes: ['image'], mimeTypes: ['image/png'] };
  const document = {
    count: 1,
    bytes: pdfBytes,
    class: 'pdf',
    classes: ['pdf'],
    mimeTypes: ['application/pdf'],
  };

  it.each([
    ['OpenAI chat', openai({ type: 'image_url', image_url: { url: `data:image/png;base64,${png}` } })],
    [
      'OpenAI responses',
      {
        input: [
          { role: 'user', content: [{ type: 'input_image', image_url: `data:image/png;base64,${png}` }] },
        ],
      },
    ],
    ['Anthropic', openai({ type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } })],
    [
      'Anthropic, in a tool result',
      openai({
        type: 'tool_result',
        content: [{ type: 'image', source: { type: 'base64', media_type: 'image/png', data: png } }],
      }),
    ],
    ['Gemini', { contents: [{ parts: [{ inlineData: { mimeType: 'image/png', data: png } }] }] }],
    [
      'Gemini, in snake case',
      { contents: [{ parts: [{ inline_data: { mime_type: 'image/png', data: png } }] }] },
    ],
    ['Bedrock Converse', { messages: [{ content: [{ image: { format: 'png', source: { bytes: png } } }] }] }],
    ['Ollama chat', { model: 'llava', messages: [{ role: 'user', content: 'what?', images: [png] }] }],
    ['interactions of Gemini', { input: [{ type: 'image', mime_type: 'image/png', data: png }] }],
    ['Ollama generate', { model: 'llava', prompt: 'what?', images: [png] }],
    [
      'AI SDK',
      {
        messages: [
          { parts: [{ type: 'file', mediaType: 'image/png', url: `data:image/png;base64,${png}` }] },
        ],
      },
    ],
  ])('of %s: an image', (_name, body) => {
    expect(attachments(body)).toEqual(image);
  });

  it.each([
    [
      'OpenAI chat',
      openai({ type: 'file', file: { filename: 'a.pdf', file_data: `data:application/pdf;base64,${pdf}` } }),
    ],
    [
      'OpenAI responses',
      {
        input: [
          {
            content: [
              { type: 'input_file', filename: 'a.pdf', file_data: `data:application/pdf;base64,${pdf}` },
            ],
          },
        ],
      },
    ],
    [
      'Anthropic',
      openai({ type: 'document', source: { type: 'base64', media_type: 'application/pdf', data: pdf } }),
    ],
    ['Gemini', { contents: [{ parts: [{ inline_data: { mime_type: 'application/pdf', data: pdf } }] }] }],
    [
      'Bedrock Converse',
      { messages: [{ content: [{ document: { format: 'pdf', name: 'a', source: { bytes: pdf } } }] }] },
    ],
  ])('of %s: a document', (_name, body) => {
    expect(attachments(body)).toEqual(document);
  });

  it('that are only referred to have no size', () => {
    const body = openai(
      { type: 'image_url', image_url: { url: 'https://example.com/a/cat.jpg?size=2' } },
      { type: 'image', source: { type: 'url', url: 'https://example.com/dog.png' } },
      { type: 'file', file: { file_id: 'file-abc' } },
      { type: 'input_file', file_id: 'file-abc' },
    );
    expect(attachments(body)).toEqual({
      count: 4,
      class: 'mixed',
      classes: ['image', 'unknown'],
      mimeTypes: ['image/jpeg', 'image/png'],
    });
    const stored = {
      contents: [{ parts: [{ file_data: { mime_type: 'video/mp4', file_uri: 'gs://bucket/a' } }] }],
    };
    expect(attachments(stored)).toEqual({
      count: 1,
      class: 'video',
      classes: ['video'],
      mimeTypes: ['video/mp4'],
    });
  });

  it('of other kinds have their classes', () => {
    const body = openai(
      { type: 'input_audio', input_audio: { data: 'UklGRgAA', format: 'wav' } },
      { type: 'file', file: { filename: 'q.xlsx', file_data: 'UEsDBAAA' } },
      { type: 'document', source: { type: 'text', media_type: 'text/plain', data: 'plain words' } },
      { type: 'document_url', document_url: 'https://example.com/report.docx' },
      { document: { format: 'csv', source: { bytes: 'YSxi' } } },
    );
    expect(attachments(body)).toMatchObject({
      count: 5,
      bytes: 6 + 6 + 11 + 3,
      class: 'mixed',
      classes: ['audio', 'spreadsheet', 'text', 'document'],
    });
  });

  it('are known by their first bytes where nothing else tells their type', () => {
    const riff = (kind: string) => btoa(`RIFF\0\0\0\0${kind}`) + 'A'.repeat(400);
    const body = openai(
      { type: 'input_audio', input_audio: `//NkxAAA${'A'.repeat(400)}` },
      { type: 'input_audio', input_audio: riff('WAVE') },
      { type: 'image', image: riff('WEBP') },
      { type: 'input_audio', input_audio: riff('WEBP') },
    );
    expect(attachments(body)).toMatchObject({
      count: 4,
      bytes: 306 + 3 * 312,
      classes: ['audio', 'image'],
      mimeTypes: ['audio/mpeg', 'audio/wav', 'image/webp'],
    });
  });

  it('of Perplexity are base64 in the place of a URL', () => {
    const file = (url: string) => openai({ type: 'file_url', file_url: { url }, file_name: 'plan.docx' });
    expect(attachments(file('UEsD'.repeat(100)))).toMatchObject({ count: 1, bytes: 300, class: 'document' });
    expect(attachments(file('https://example.com/x'))).toMatchObject({ count: 1, class: 'document' });
  });

  it('are not seen in tools, schemas and words', () => {
    const body = {
      ...openai({ type: 'text', text: '{"type":"image","source":{"type":"base64","data":"AAAA"}}' }),
      tools: [
        { input_schema: { properties: { image: { type: 'file', format: 'png', source: { bytes: 'x' } } } } },
      ],
    };
    expect(attachments(body).count).toBe(0);
  });
});

describe('an upload', () => {
  const multipart = [
    '--xyz',
    'Content-Disposition: form-data; name="model"',
    '',
    'whisper-1',
    '--xyz',
    'Content-Disposition: form-data; name="file"; filename="talk.mp3"',
    'Content-Type: audio/mpeg',
    '',
    'é\r\n\r\n--xy not the end',
    '--xyz',
    'Content-Disposition: form-data; name="stream"',
    '',
    'true',
    '--xyz--',
    '',
  ].join('\r\n');
  const contentType = 'multipart/form-data; boundary=xyz';

  it('is read by the headers of its parts', () => {
    const facts = requestFacts(new TextEncoder().encode(multipart), { contentType });
    expect(facts).toMatchObject({
      model: 'whisper-1',
      stream: true,
      attachments: { count: 1, bytes: 22, class: 'audio', mimeTypes: ['audio/mpeg'] },
    });
  });

  it('tells the same before it is serialised', () => {
    const form = new FormData();
    form.set('model', 'whisper-1');
    form.set('stream', 'true');
    form.set('file', new Blob(['0123456789012345678901']), 'talk.mp3');
    expect(requestFacts(form)).toMatchObject({
      model: 'whisper-1',
      stream: true,
      attachments: { count: 1, bytes: 22, class: 'audio', mimeTypes: ['audio/mpeg'] },
    });
  });
});
