import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { FastifyRequest } from 'fastify';
import { isLoopback } from '../config.ts';
import { CollectorError } from '../errors.ts';

export interface Access {
  /** Whether an `Authorization` header may send spans. */
  maySend(authorization: string | undefined): boolean;
  /**
   * Lets a request to the API or dashboard pass.
   *
   * @throws CollectorError `not-authenticated`, `forbidden-host`
   */
  checkReader(request: FastifyRequest): void;
}

export interface AccessOptions {
  readonly ingestKey?: string;
  readonly dashboardPassword?: string;
}

/** Decides who may send and who may read. Without secrets both are open, to this machine only. */
export function createAccess({ ingestKey, dashboardPassword }: AccessOptions): Access {
  const isIngestKey = ingestKey === undefined ? undefined : secretTest(ingestKey);
  const isPassword = dashboardPassword === undefined ? undefined : secretTest(dashboardPassword);
  return {
    maySend(authorization) {
      if (isIngestKey === undefined) return true;
      const given = /^Bearer +(\S+)$/i.exec(authorization ?? '')?.[1];
      return given !== undefined && isIngestKey(given);
    },
    checkReader(request) {
      if (isPassword === undefined) return checkHost(request);
      const given = passwordOf(request.headers.authorization);
      if (given !== undefined && isPassword(given)) return;
      throw new CollectorError('not-authenticated', 'Log in with any user name and the dashboard password.');
    },
  };
}

/**
 * A page on the internet can make a browser ask this machine under a name of its own (DNS rebinding), and would read the
 * answers as its own. Without a password, only names of this machine are answered to.
 */
function checkHost(request: FastifyRequest): void {
  const host = request.headers.host ?? '';
  if (isLoopback(host.replace(/:\d+$/, ''))) return;
  throw new CollectorError(
    'forbidden-host',
    'Without a password this answers only at 127.0.0.1 and localhost. Set WEIR_DASHBOARD_PASSWORD to use other names.',
  );
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
