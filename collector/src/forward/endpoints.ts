import { validateHeaderName, validateHeaderValue } from 'node:http';

/** Another OTLP/HTTP receiver that gets what this collector received. */
export interface ForwardEndpoint {
  /** Lower case; what logs, metrics and the pipeline page call it, since a URL may hold a secret. */
  readonly name: string;
  /** Where requests go: the base URL with `/v1/traces`. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
}

export type ForwardEndpoints =
  | { readonly status: 'ok'; readonly endpoints: readonly ForwardEndpoint[] }
  /** The message is a sentence that names the variable, and not its value. */
  | { readonly status: 'invalid'; readonly message: string };

const PREFIX = 'WEIR_FORWARD_';
const VARIABLE = /^WEIR_FORWARD_([A-Z0-9]+(?:_[A-Z0-9]+)*)_(URL|HEADERS)$/;

/**
 * Reads `WEIR_FORWARD_<NAME>_URL` and `WEIR_FORWARD_<NAME>_HEADERS`, one pair for each endpoint. Both are written as
 * OpenTelemetry's `OTEL_EXPORTER_OTLP_ENDPOINT` and `OTEL_EXPORTER_OTLP_HEADERS`:
 * https://opentelemetry.io/docs/specs/otel/protocol/exporter/
 *
 * @param settings variables that are set; others than `WEIR_FORWARD_*` are not looked at
 */
export function readForwardEndpoints(settings: Readonly<Record<string, string>>): ForwardEndpoints {
  const variables = Object.keys(settings).filter((variable) => variable.startsWith(PREFIX));
  const unknown = variables.find((variable) => !VARIABLE.test(variable));
  if (unknown !== undefined) {
    return invalid(
      `${unknown} is not known: endpoints are set by ${PREFIX}<NAME>_URL and ${PREFIX}<NAME>_HEADERS.`,
    );
  }
  const names = new Set(variables.map((variable) => VARIABLE.exec(variable)?.[1] ?? ''));
  const endpoints: ForwardEndpoint[] = [];
  for (const name of [...names].sort()) {
    const url = tracesUrl(settings[`${PREFIX}${name}_URL`]);
    if (url === undefined) {
      return invalid(
        `${PREFIX}${name}_URL must be an http or https URL without user, query and fragment, such as https://otlp.example.com.`,
      );
    }
    const headers = headersOf(settings[`${PREFIX}${name}_HEADERS`] ?? '');
    if (headers === undefined) {
      return invalid(
        `${PREFIX}${name}_HEADERS must be name=value pairs with commas between, values percent-encoded, such as authorization=Bearer%20key.`,
      );
    }
    endpoints.push({ name: name.toLowerCase(), url, headers });
  }
  return { status: 'ok', endpoints };
}

function invalid(message: string): ForwardEndpoints {
  return { status: 'invalid', message };
}

/** A URL that names the signal already is taken as it is. */
function tracesUrl(base: string | undefined): string | undefined {
  if (base === undefined || !URL.canParse(base)) return undefined;
  const url = new URL(base);
  const isPlain = url.username === '' && url.password === '' && url.search === '' && url.hash === '';
  if (!isPlain || !/^https?:$/.test(url.protocol)) return undefined;
  const given = url.href.replace(/\/+$/, '');
  return given.endsWith('/v1/traces') ? given : `${given}/v1/traces`;
}

/** What a request says about itself or its connection cannot be set. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  ...['content-type', 'content-encoding', 'content-length', 'transfer-encoding', 'via', 'host'],
  ...['connection', 'keep-alive', 'expect', 'te', 'trailer', 'upgrade'],
]);

function headersOf(text: string): Record<string, string> | undefined {
  const headers: Record<string, string> = {};
  for (const pair of text.split(',').filter((part) => part.trim() !== '')) {
    const [given = '', ...rest] = pair.split('=');
    const name = given.trim().toLowerCase();
    const value = percentDecoded(rest.join('=').trim());
    if (value === undefined || OWN_HEADERS.has(name) || !isHeader(name, value)) return undefined;
    headers[name] = value;
  }
  return headers;
}

function percentDecoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function isHeader(name: string, value: string): boolean {
  try {
    validateHeaderName(name);
    validateHeaderValue(name, value);
    return value !== '';
  } catch {
    return false;
  }
}
