import { anthropic } from './anthropic.ts';
import { openaiChat } from './openai-chat.ts';
import type { Protocol } from './protocol.ts';

/** The wire formats the simulator serves, in the order their routes are tried. */
export const protocols: readonly Protocol[] = [openaiChat, anthropic];
