import { formats } from './formats.ts';
import { generic } from './generic.ts';
import { providerOf, providerOfHeaders } from './providers.ts';
import { createRecogniser, type Recogniser } from './recogniser.ts';

/** Knows every wire format and every provider. */
export const recogniseProtocol: Recogniser = createRecogniser({
  formats,
  generic,
  providerName(protocol, target, responseHeaders) {
    const named = providerOf(target.host, target.path);
    if (named !== undefined) return named;
    if (protocol.name === 'ollama' || target.port === '11434') return 'ollama';
    if (protocol.name === 'bedrock') return 'aws.bedrock';
    return responseHeaders === undefined ? undefined : providerOfHeaders(responseHeaders);
  },
});
