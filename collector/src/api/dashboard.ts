import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { CollectorError } from '../errors.ts';
import { answerError } from './error-handler.ts';
import { contentSecurityPolicy } from './security-headers.ts';

/**
 * Serves the built dashboard: its files, and its page for every other address a browser may open. Addresses under `/api`
 * and `/v1` that do not exist stay JSON errors.
 *
 * @param directory may not exist: then a page says how to build the dashboard
 */
export async function serveDashboard(app: FastifyInstance, directory: string): Promise<void> {
  if (existsSync(directory)) {
    await app.register(fastifyStatic, {
      root: directory,
      cacheControl: false,
      index: false,
      schemaHide: true,
      // Everything without an extension is an address of the page, folders included.
      allowedPath: (path) => extname(path) !== '' && path !== '/index.html',
      setHeaders: (reply, path) => reply.header('cache-control', cacheControlOf(path)),
    });
  }
  app.setNotFoundHandler(async (request, reply) => {
    if (!isForPage(request)) {
      const message = `${request.method} ${pathOf(request)} does not exist. See /api/openapi.json.`;
      return answerError(new CollectorError('not-found', message), request, reply);
    }
    // Read for each visitor, so that a dashboard that was built again is served whole.
    const page = await readPage(directory);
    return page === undefined ? sendPage(reply, 503, notBuilt()) : sendPage(reply, 200, page);
  });
}

interface Page {
  readonly html: string;
  readonly policy: string;
}

async function readPage(directory: string): Promise<Page | undefined> {
  try {
    const html = await readFile(join(directory, 'index.html'), 'utf8');
    return { html, policy: contentSecurityPolicy(inlineScriptHashes(html)) };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

/** A page may set its theme before the first paint by a script of its own; the policy names it by its hash. */
function inlineScriptHashes(html: string): string[] {
  return Array.from(html.matchAll(/<script(?![^>]*\ssrc=)[^>]*>([\s\S]*?)<\/script>/g), ([, script = '']) => {
    return `'sha256-${createHash('sha256').update(script).digest('base64')}'`;
  });
}

function sendPage(reply: FastifyReply, statusCode: number, { html, policy }: Page): FastifyReply {
  return reply
    .code(statusCode)
    .headers({ 'cache-control': 'no-cache', 'content-security-policy': policy })
    .type('text/html; charset=utf-8')
    .send(html);
}

/** File names under `assets` carry a hash of their content, so what is at an address never changes. */
function cacheControlOf(path: string): string {
  return /[\\/]assets[\\/]/.test(path) ? 'public, max-age=31536000, immutable' : 'no-cache';
}

function isForPage(request: FastifyRequest): boolean {
  const path = pathOf(request);
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  return isRead && !/^\/(api|v1)(\/|$)/.test(path) && extname(path) === '';
}

function pathOf(request: FastifyRequest): string {
  return request.url.split('?', 1)[0] ?? '/';
}

function notBuilt(): Page {
  const html = `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Weir</title>
<style>
  :root { color-scheme: light dark; }
  body { font: 16px/1.6 system-ui, sans-serif; max-width: 38rem; margin: 15vh auto; padding: 0 1.5rem; }
  code { padding: .15em .4em; border-radius: .3em; background: color-mix(in srgb, currentColor 10%, transparent); }
</style>
</head>
<body>
<h1>Weir is running</h1>
<p>The collector takes spans and answers its <a href="/api/openapi.json">API</a>, but the dashboard is not built.</p>
<p>Build it with <code>pnpm --filter @weir/dashboard build</code> and start Weir again, or point
<code>WEIR_DASHBOARD_DIR</code> at a built one. <code>npm start</code> does both.</p>
</body>
</html>
`;
  return { html, policy: contentSecurityPolicy([]) };
}
