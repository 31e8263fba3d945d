import { once } from 'node:events';
import { createServer } from 'node:net';
import { ConfigError } from './config.ts';

/**
 * Listens, or says in one sentence what to do about it.
 *
 * @param variable the setting that chooses the port
 * @throws ConfigError
 */
export async function listenAt<T>(
  at: { readonly host: string; readonly port: number; readonly variable: string },
  listen: (host: string, port: number) => Promise<T>,
): Promise<T> {
  try {
    return await listen(at.host, at.port);
  } catch (cause) {
    throw new ConfigError(sentenceFor(at, cause), { cause });
  }
}

/** @returns whether a failure to listen is that of a port somebody else has. */
export function isTakenPort(cause: unknown): boolean {
  return (cause as NodeJS.ErrnoException | undefined)?.code === 'EADDRINUSE';
}

function sentenceFor({ host, port, variable }: Parameters<typeof listenAt>[0], cause: unknown): string {
  switch ((cause as NodeJS.ErrnoException).code) {
    case 'EADDRINUSE':
      return `Port ${port} on ${host} is taken: stop what listens there, or choose another port with ${variable}.`;
    case 'EACCES':
      return `This user may not listen on port ${port}: choose one from 1024 up with ${variable}.`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return `WEIR_HOST must be an address of this machine; ${host} is not.`;
    default:
      return `Listening on ${host}:${port} failed (${cause instanceof Error ? cause.message : cause}).`;
  }
}

export async function freePort(host: string): Promise<number> {
  const probe = createServer();
  probe.listen(0, host);
  await once(probe, 'listening');
  const address = probe.address();
  probe.close();
  await once(probe, 'close');
  if (address === null || typeof address === 'string') throw new Error('a listening TCP server has no port');
  return address.port;
}

/** For a wildcard address, one that can be opened. */
export function urlOf(host: string, port: number): string {
  const opened = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return `http://${opened.includes(':') ? `[${opened}]` : opened}:${port}`;
}
