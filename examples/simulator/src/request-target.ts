import type { IncomingHttpHeaders } from 'node:http';
import {
  FAULT_HEADER,
  type FaultSelection,
  type Parsed,
  parseFault,
  parseTiming,
  TIMING_HEADER,
} from './faults/selection.ts';
import type { TimingOverrides } from './timing.ts';

/** Where a request goes once the simulator's own instructions have been taken out of it. */
export interface RequestTarget {
  readonly path: string;
  readonly query: URLSearchParams;
  readonly fault: FaultSelection | undefined;
  readonly timing: TimingOverrides | undefined;
}

/** A later source wins: path prefix, then query, then header. */
interface Instructions {
  fault: string | undefined;
  timing: string | undefined;
}

/**
 * Reads the fault and timing a request asks for, by any of three ways with one grammar:
 * - path prefixes `/fault/<name>;after=5/…` and `/timing/ttft=300ms;gap=5ms/…`, for tools that only take a base URL;
 * - query parameters `x-simulator-fault` and `x-simulator-timing`;
 * - headers of the same names.
 */
export function readTarget(rawUrl: string, headers: IncomingHttpHeaders): Parsed<RequestTarget> {
  const url = new URL(rawUrl, 'http://simulator');
  const asked: Instructions = { fault: undefined, timing: undefined };
  const path = takePrefixes(url.pathname, asked);
  if (path === undefined)
    return { status: 'invalid', problem: 'the path holds a malformed percent-encoding' };
  asked.fault = one(headers[FAULT_HEADER]) ?? url.searchParams.get(FAULT_HEADER) ?? asked.fault;
  asked.timing = one(headers[TIMING_HEADER]) ?? url.searchParams.get(TIMING_HEADER) ?? asked.timing;

  const fault = asked.fault === undefined ? undefined : parseFault(asked.fault);
  if (fault?.status === 'invalid') return fault;
  const timing = asked.timing === undefined ? undefined : parseTiming(asked.timing);
  if (timing?.status === 'invalid') return timing;
  return {
    status: 'ok',
    value: { path, query: url.searchParams, fault: fault?.value, timing: timing?.value },
  };
}

function takePrefixes(pathname: string, asked: Instructions): string | undefined {
  let path = pathname;
  for (let match = prefixOf(path); match !== null; match = prefixOf(path)) {
    const [, kind, value = '', rest = '/'] = match;
    const text = decode(value);
    if (text === undefined) return undefined;
    if (kind === 'fault') asked.fault = text;
    else asked.timing = text;
    path = rest === '' ? '/' : rest;
  }
  return path;
}

function prefixOf(path: string): RegExpExecArray | null {
  return /^\/(fault|timing)\/([^/]+)(\/.*)?$/.exec(path);
}

function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

function one(value: string | string[] | undefined): string | undefined {
  return Array.isArray(value) ? value[0] : value;
}
