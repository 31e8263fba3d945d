import type Anthropic from '@anthropic-ai/sdk';
import type { AttachmentClass } from '@weir/schemas/attributes';
import type OpenAI from 'openai';

type OpenAIPart = OpenAI.Chat.Completions.ChatCompletionContentPart;
type AnthropicBlock = Anthropic.Messages.ContentBlockParam;

/** Bytes that look like a file to whoever reads sizes and types: the content is never looked at. */
function fileOf(random: () => number, medianBytes: number): string {
  const size = Math.round(medianBytes * (0.5 + random()));
  return Buffer.alloc(size, 0x57).toString('base64');
}

/** The attachment as OpenAI's chat format takes it. */
export function openaiParts(random: () => number, attachment: AttachmentClass): OpenAIPart[] {
  switch (attachment) {
    case 'image':
      return [{ type: 'image_url', image_url: { url: `data:image/png;base64,${fileOf(random, 60_000)}` } }];
    case 'pdf':
      return [
        {
          type: 'file',
          file: {
            filename: 'report.pdf',
            file_data: `data:application/pdf;base64,${fileOf(random, 90_000)}`,
          },
        },
      ];
    case 'audio':
      return [{ type: 'input_audio', input_audio: { data: fileOf(random, 40_000), format: 'wav' } }];
    default:
      return [];
  }
}

/** The attachment as Anthropic's messages format takes it. */
export function anthropicBlocks(random: () => number, attachment: AttachmentClass): AnthropicBlock[] {
  switch (attachment) {
    case 'image':
      return [
        { type: 'image', source: { type: 'base64', media_type: 'image/png', data: fileOf(random, 60_000) } },
      ];
    case 'pdf':
      return [
        {
          type: 'document',
          source: { type: 'base64', media_type: 'application/pdf', data: fileOf(random, 90_000) },
        },
      ];
    default:
      return [];
  }
}
