import type { Answer } from './answer.ts';
import { errorWordsIn } from './error-words.ts';
import { asObject, asText } from './json.ts';
import type { EventKind, Protocol } from './protocol.ts';

/**
 * InvokeAgent, InvokeFlow and RetrieveAndGenerateStream of Amazon Bedrock:
 * https://docs.aws.amazon.com/bedrock/latest/APIReference/API_agent-runtime_InvokeAgent.html. An agent sends its answer
 * in pieces of text, and nothing at its end; a flow says that it is complete.
 */
export const bedrockAgents: Protocol = {
  name: 'bedrock_agents',
  operation: 'invoke_agent',
  framing: 'eventstream',
  hasTerminalEvent: false,
  endsWithBody: true,
  deltas: { content: ['bytes', 'text'], ignored: [] },
  open: (answer) => ({ read: (event, value) => readAgentEvent(answer, event, value) }),
};

function readAgentEvent(answer: Answer, name: string | undefined, value: unknown): EventKind {
  const event = asObject(value) ?? {};
  switch (name) {
    case 'chunk':
      return asText(event.bytes) === undefined ? 'event' : 'chunk';
    case 'output':
      return asText(event.text) === undefined ? 'event' : 'chunk';
    case 'flowOutputEvent':
    case 'files':
      return 'chunk';
    case 'returnControl':
      answer.finish(0, 'tool_use');
      return 'chunk';
    case 'guardrail':
      if (event.action === 'INTERVENED') answer.finish(0, 'guardrail:INTERVENED');
      return 'event';
    case 'flowCompletionEvent':
      answer.end(event.completionReason === 'INPUT_REQUIRED' ? 'paused' : 'completed');
      answer.terminate();
      return 'event';
    case 'trace':
    case 'citation':
    case 'flowTraceEvent':
      return 'event';
    default:
      answer.fail(errorWordsIn(event));
      return 'event';
  }
}
