import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../config.ts';
import { CollectorError } from '../errors.ts';
import { secretOf } from '../keys/credentials.ts';
import type { KeyRing } from '../keys/key-ring.ts';

export interface Access {
  /**
   * Lets a request to the API or dashboard pass.
   *
   * @throws CollectorError `not-authenticated`, `forbidden-host`, `forbidden-origin` or `forbidden-project`
   */
  checkReader(request: FastifyRequest): void;
}

export interface AccessOptions {
  /** Knows the keys that read one project. Default: there are none. */
  readonly readers?: Pick<KeyRing, 'readerOf'>;
  readonly dashboardPassword?: string;
  /** Where people reach the dashboard, when that is not the address it listens on. */
  readonly publicUrl?: string;
}

/** Decides who may read and change. Without a password everybody on this machine may. */
export function createAccess({ readers, dashboardPassword, publicUrl }: AccessOptions): Access {
  const isPassword = dashboardPassword === undefined ? undefined : secretTest(dashboardPassword);
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).host;
  return {
    checkReader(request) {
      const project = readProject(request, readers);
      if (project !== undefined) return checkProject(request, project);
      if (isPassword === undefined) checkHost(request, publicHost);
      else checkPassword(request, isPassword);
      checkOrigin(request, publicHost);
    },
  };
}

/** @returns the project of the reading key that the request has, if it has one */
function readProject({ headers }: FastifyRequest, readers: AccessOptions['readers']): string | undefined {
  const weirKey = headers['x-weir-key'];
  const { authorization } = headers;
  const secret =
    secretOf({ authorization, weirKey: typeof weirKey === 'string' ? weirKey : undefined }) ??
    passwordOf(authorization);
  return secret === undefined ? undefined : readers?.readerOf(secret);
}

/** What a reading key may ask: questions, and the rules and incidents of its project. */
const readableTags: ReadonlySet<string> = new Set(['questions', 'alerting']);

/** The project is named in every request, so that none is answered about another one than was meant. */
function checkProject({ method, query, routeOptions }: FastifyRequest, project: string): void {
  const isReadable = routeOptions.schema?.tags?.some((tag) => readableTags.has(tag)) === true;
  if ((method !== 'GET' && method !== 'HEAD') || !isReadable) {
    throw new CollectorError(
      'forbidden-project',
      `This key reads streams, rules and incidents of the project ${project} and nothing else.`,
    );
  }
  if ((query as { project?: unknown }).project === project) return;
  throw new CollectorError(
    'forbidden-project',
    `This key reads the project ${project} alone. Ask with project=${project}.`,
  );
}

function checkPassword(request: FastifyRequest, isPassword: (given: string) => boolean): void {
  const given = passwordOf(request.headers.authorization);
  if (given !== undefined && isPassword(given)) return;
  throw new CollectorError('not-authenticated', 'Log in with any user name and the dashboard password.');
}

/**
 * A page on the internet can make a browser ask this machine under a name of its own (DNS rebinding), and would read the
 * answers as its own. Without a password, only names of this machine and the one it was given are answered to.
 */
function checkHost(request: FastifyRequest, publicHost: string | undefined): void {
  const host = request.headers.host ?? '';
  if (isLoopback(host.replace(/:\d+$/, '')) || host === publicHost) return;
  throw new CollectorError(
    'forbidden-host',
    'Without a password this answers only at 127.0.0.1 and localhost. Set WEIR_DASHBOARD_PASSWORD to use other names.',
  );
}

/**
 * A page of another origin cannot read the answers, but its requests arrive, with the password that the browser knows.
 * Nothing is changed on behalf of such a page. Programs that are no browsers send neither header.
 */
function checkOrigin(request: FastifyRequest, publicHost: string | undefined): void {
  if (request.method === 'GET' || request.method === 'HEAD') return;
  const site = request.headers['sec-fetch-site'];
  const { origin } = request.headers;
  const isOwn =
    site === undefined
      ? origin === undefined || isOriginOf(origin, request.headers.host) || isOriginOf(origin, publicHost)
      : site === 'same-origin' || site === 'none';
  if (!isOwn)
    throw new CollectorError('forbidden-origin', 'Pages of other origins may not change anything here.');
}

function isOriginOf(origin: string, host: string | undefined): boolean {
  return host !== undefined && (origin === `http://${host}` || origin === `https://${host}`);
}

function passwordOf(authorization: string | undefined): string | undefined {
  const encoded = /^Basic +(\S+)$/i.exec(authorization ?? '')?.[1];
  if (encoded === undefined) return undefined;
  const pair = Buffer.from(encoded, 'base64').toString('utf8');
  const colon = pair.indexOf(':');
  return colon === -1 ? undefined : pair.slice(colon + 1);
}

/** Compares in a time that tells nothing: not how much of the secret was right, not how long it is. */
function secretTest(secret: string): (given: string) => boolean {
  const key = randomBytes(32);
  const digest = (text: string) => createHmac('sha256', key).update(text).digest();
  const expected = digest(secret);
  return (given) => timingSafeEqual(digest(given), expected);
}
