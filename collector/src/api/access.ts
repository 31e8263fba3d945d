import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../config.ts';
import { CollectorError } from '../errors.ts';

export interface Access {
  /**
   * Lets a request to the API or dashboard pass.
   *
   * @throws CollectorError `not-authenticated`, `forbidden-host` or `forbidden-origin`
   */
  checkReader(request: FastifyRequest): void;
}

export interface AccessOptions {
  readonly dashboardPassword?: string;
  /** Where people reach the dashboard, when that is not the address it listens on. */
  readonly publicUrl?: string;
}

/** Decides who may read and change. Without a password everybody on this machine may. */
export function createAccess({ dashboardPassword, publicUrl }: AccessOptions): Access {
  const isPassword = dashboardPassword === undefined ? undefined : secretTest(dashboardPassword);
  const publicHost = publicUrl === undefined ? undefined : new URL(publicUrl).host;
  return {
    checkReader(request) {
      if (isPassword === undefined) checkHost(request, publicHost);
      else checkPassword(request, isPassword);
      checkOrigin(request, publicHost);
    },
  };
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
