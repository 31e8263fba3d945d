import type { ServerResponse } from 'node:http';

export function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

/** An error of the simulator itself, marked so that nobody takes it for a simulated one. */
export function refuse(response: ServerResponse, status: number, message: string): void {
  sendJson(response, status, { error: { type: 'simulator_error', message } });
}
