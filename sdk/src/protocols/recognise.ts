import { formats } from './formats.ts';
import { generic } from './generic.ts';
import { providerOf, providerOfHeaders } from './providers.ts';
import { createRecogniser, type Recogniser } from './recogniser.ts';
import { remembered } from './remembered.ts';

const providerOfAddress = remembered((address) => {
  const hostEnd = address.indexOf(' ');
  return providerOf(address.slice(0, hostEnd), address.slice(hostEnd + 1));
});

/** Knows every wire format and every provider. */
export const recogniseProtocol: Recogniser = createRecogniser({
  formats,
  generic,
  providerName(protocol, target, responseHeaders) {
    const named = providerOfAddress(`${target.host} ${target.path}`);
    if (named !== undefined) return named;
    if (protocol.name === 'ollama' || target.port === '11434') return 'ollama';
    if (protocol.name.startsWith('bedrock')) return 'aws.bedrock';
    return responseHeaders === undefined ? undefined : providerOfHeaders(responseHeaders);
  },
});
