import type { TerminationReason } from './termination.ts';

/** What usually causes a termination, and what to do about it. Shown beside every stream that did not complete. */
export interface Advice {
  readonly causes: string;
  readonly actions: readonly string[];
}

const providerTrouble: Advice = {
  causes: 'Load or an incident at the provider, most often at peak hours.',
  actions: [
    "Check the provider's status page.",
    'Retry with exponential backoff and jitter.',
    'Fall back to another model.',
    'As a stop-gap, ask without streaming.',
  ],
};

const cutBetween: Advice = {
  causes:
    'An idle or total timeout of a proxy, load balancer, CDN or serverless platform, if such cuts pile up at one duration; otherwise a dropped connection.',
  actions: [
    'Look whether the cuts share one duration or one silence, and raise that timeout.',
    'Send keep-alives on long silences.',
    'Disable response buffering and TLS inspection on this route.',
    'Retry, or resume from the last received token.',
  ],
};

const clientTimer: Advice = {
  causes:
    'A client timeout too short for long prompts (defaults of 30 and 60 s cut long answers), or a stall at the provider.',
  actions: [
    'Raise the client timeout: long prompts and reasoning models need 120 s or more.',
    'Set the threshold per model.',
    'Retry; if one model stalls often, fall back to another.',
  ],
};

const unreachable: Advice = {
  causes: 'DNS, firewall, VPN or proxy trouble on this network, or a provider that is down.',
  actions: [
    'Try the endpoint from another network.',
    'Allow-list the endpoint in the corporate proxy, or split the VPN tunnel.',
    "Check the provider's status page.",
  ],
};

const userLeft: Advice = {
  causes: 'The reader stopped: a cancel button, a closed page, or code that stopped reading.',
  actions: [
    'Nothing to repair if the user meant it.',
    'If many leave after a stall or before the first token, look at the time to first token instead.',
  ],
};

/** Advice by reason. A reason without an entry needs none. */
export const adviceByReason: { readonly [R in TerminationReason]?: Advice } = {
  provider_error: providerTrouble,
  server_error: providerTrouble,
  overloaded: providerTrouble,
  rate_limited: {
    causes: 'More requests or tokens per minute than the plan allows.',
    actions: [
      'Wait as long as Retry-After says.',
      'Queue requests instead of sending them at once.',
      'Ask for a higher limit.',
    ],
  },
  quota_exceeded: {
    causes: 'The credit or the monthly budget of the account is used up.',
    actions: ['Check billing and limits of the account.', 'Do not retry: the answer stays the same.'],
  },
  context_length: {
    causes: 'Prompt and history together are longer than the context window.',
    actions: ['Trim or summarise the history.', 'Split the prompt or the attachment.'],
  },
  length: {
    causes: 'The answer reached the maximum number of output tokens.',
    actions: ["Raise the output limit up to the model's maximum.", 'Ask the model to continue.'],
  },
  auth_error: {
    causes: 'A wrong or revoked key, or an organisation that is not verified for streaming on this model.',
    actions: [
      'Check the key, the organisation and the project.',
      'Ask without streaming: it may be allowed where streaming is not.',
    ],
  },
  bad_request: {
    causes: 'A parameter or an attachment that this model does not accept.',
    actions: ["Read the provider's error code.", 'Check file types and sizes of the attachments.'],
  },
  gateway_error: {
    causes: 'A proxy, load balancer or CDN between this service and the provider gave up first.',
    actions: [
      'Compare the duration with the timeout of that gateway, and raise it.',
      'Use the gateway id in the response headers when asking its operator.',
    ],
  },
  headers_timeout: clientTimer,
  first_chunk_timeout: clientTimer,
  idle_timeout: clientTimer,
  total_timeout: clientTimer,
  reset: cutBetween,
  truncated: cutBetween,
  malformed: {
    causes: 'A home-made stream parser upstream, a proxy that rewrites bodies, or a broken encoding.',
    actions: [
      "Use the provider SDK's parser, which waits for whole frames.",
      'Disable compression and rewriting on this route.',
    ],
  },
  not_a_stream: {
    causes: 'A login page, an error page or a non-streaming answer where a stream was expected.',
    actions: ['Check the base URL.', 'Look for a captive portal or a proxy that answers by itself.'],
  },
  dns_error: unreachable,
  connect_error: unreachable,
  connect_timeout: unreachable,
  tls_error: {
    causes: 'TLS inspection by a proxy, an unknown certificate authority, or a wrong clock.',
    actions: [
      "Add the proxy's certificate authority to this process.",
      'Exclude the endpoint from TLS inspection.',
    ],
  },
  offline: {
    causes: 'The device lost its network.',
    actions: ['Retry when the device is online again.', 'Resume from the last received token.'],
  },
  content_filter: {
    causes: "The provider's filter found the answer unacceptable.",
    actions: ['Rephrase the prompt.', 'Check the guardrail settings of the deployment.'],
  },
  prompt_blocked: {
    causes: "The provider's filter found the prompt unacceptable.",
    actions: ['Rephrase the prompt.', 'Check what is pasted into it from attachments.'],
  },
  refusal: {
    causes: 'The model declined this request.',
    actions: ['Rephrase the prompt.', 'Start a new conversation without the refused turn.'],
  },
  client_abort: userLeft,
  consumer_break: userLeft,
  client_disconnect: userLeft,
  page_closed: userLeft,
  not_consumed: {
    causes: 'The code asks for a stream and drops the response.',
    actions: ['Read the body or cancel it: an unread body holds its connection.'],
  },
  lost: {
    causes: 'The process was killed, ran out of memory, or the machine went away.',
    actions: ['Look for restarts of this service at that time.', 'Let deployments drain open streams.'],
  },
};
