import { readFileSync } from 'node:fs';
import { diag } from '@opentelemetry/api';
import { parseKeyPairsIntoRecord } from '@opentelemetry/core';
import { JsonTraceSerializer, ProtobufTraceSerializer } from '@opentelemetry/otlp-transformer';
import type { ReadableSpan } from '@opentelemetry/sdk-trace';
import type { ExportTarget, Variables } from './export-options.ts';

/** Where the exporter sends its requests, and how, for requests that are made without it. */
export interface ExitTarget {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** In PEM. */
  readonly tls: { readonly ca?: string; readonly cert?: string; readonly key?: string };
  /** @returns the body that the exporter sends for these spans, byte for byte; undefined if there is none. */
  serialize(spans: ReadableSpan[]): Uint8Array | undefined;
}

const formats = {
  json: { contentType: 'application/json', serializer: JsonTraceSerializer },
  protobuf: { contentType: 'application/x-protobuf', serializer: ProtobufTraceSerializer },
} as const;

/**
 * Reads the variables that https://opentelemetry.io/docs/specs/otel/protocol/exporter/ has for traces.
 *
 * @returns undefined where no URL can be made of them.
 */
export function exitTarget(
  { protocol, url, headers }: ExportTarget & { readonly status: 'weir' },
  variables: Variables,
): ExitTarget | undefined {
  const said = (name: string) => variables[`OTEL_EXPORTER_OTLP_${name}`]?.trim() || undefined;
  const base = said('ENDPOINT')?.replace(/\/?$/, '/v1/traces');
  const to = url ?? said('TRACES_ENDPOINT') ?? base;
  if (to === undefined || !URL.canParse(to)) return undefined;
  const { contentType, serializer } = formats[protocol];
  const pem = (name: string) => readPem(said(`TRACES_${name}`) ?? said(name));
  const [ca, cert, key] = [pem('CERTIFICATE'), pem('CLIENT_CERTIFICATE'), pem('CLIENT_KEY')];
  return {
    url: to,
    headers: {
      ...parseKeyPairsIntoRecord(said('HEADERS')),
      ...parseKeyPairsIntoRecord(said('TRACES_HEADERS')),
      ...headers,
      'content-type': contentType,
    },
    tls: {
      ...(ca === undefined ? {} : { ca }),
      ...(cert === undefined ? {} : { cert }),
      ...(key === undefined ? {} : { key }),
    },
    serialize: (spans) => serializer.serializeRequest(spans),
  };
}

function readPem(path: string | undefined): string | undefined {
  if (path === undefined) return undefined;
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    diag.warn(`weir: ${path} cannot be read, and is left out of requests at the exit of the process`, error);
    return undefined;
  }
}
