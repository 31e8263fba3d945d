/** A program that knows nothing of Weir: two client libraries, one answer each, and an end. */
import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { simulatedHeaders } from '../clients.ts';

const url = process.env.SIMULATOR_URL ?? '';
const options = { apiKey: 'none', defaultHeaders: simulatedHeaders({}) };
const messages = [{ role: 'user' as const, content: 'Hello' }];
let events = 0;

const openai = new OpenAI({ ...options, baseURL: `${url}/v1` });
for await (const _ of await openai.chat.completions.create({ model: 'gpt-4.1', stream: true, messages }))
  events++;

const anthropic = new Anthropic({ ...options, baseURL: url });
const model = 'claude-sonnet-5';
for await (const _ of await anthropic.messages.create({ model, max_tokens: 4096, stream: true, messages }))
  events++;

process.stdout.write(`${events} events\n`);
