import { once } from 'node:events';
import { type AddressInfo, createServer, type Socket } from 'node:net';
import { Server, ServerCredentials } from '@grpc/grpc-js';
import { httpLimits, limitConnections, MAX_GRPC_CONNECTIONS } from '../connections.ts';
import type { IngestMetrics } from './ingest-metrics.ts';
import { exportMethod, exportTraces, type TraceCallsOptions, traceCalls } from './traces-service.ts';

export interface GrpcServerOptions extends Omit<TraceCallsOptions, 'arrivalMs' | 'metrics'> {
  /** A sender that trickles its request is cut off after this time. Default: a minute, as for HTTP. */
  readonly arrivalMs?: number;
  /** Largest message, before and after decompression. */
  readonly maxBodyBytes: number;
  /** Default: `MAX_GRPC_CONNECTIONS`. */
  readonly maxConnections?: number;
  /** A connection that does not begin is closed after this time. Default: that of HTTP headers. */
  readonly openingMs?: number;
  readonly metrics: TraceCallsOptions['metrics'] & Pick<IngestMetrics, 'closed'>;
}

export interface GrpcServer {
  /** @returns the port it listens on. @throws what `net.Server` emits, such as EADDRINUSE */
  listen(host: string, port: number): Promise<number>;
  /** Takes no more calls; those under way may end within the grace. */
  close(graceMs: number): Promise<void>;
}

/** Calls of one connection under way at once; a sender has a handful. */
const CONNECTION_CALLS = 128;

/** `PRI * HTTP/2.0` and what follows, https://www.rfc-editor.org/rfc/rfc9113#section-3.4 */
const PREFACE_BYTES = 24;

/** OTLP/gRPC, without TLS. */
export function createGrpcServer({
  maxBodyBytes,
  maxConnections = MAX_GRPC_CONNECTIONS,
  openingMs = httpLimits.headersMs,
  ...calls
}: GrpcServerOptions): GrpcServer {
  const server = new Server({
    interceptors: [traceCalls({ arrivalMs: 60_000, ...calls })],
    'grpc.max_receive_message_length': maxBodyBytes,
    'grpc.max_concurrent_streams': CONNECTION_CALLS,
    // Connections whose peer is gone without a word are found out.
    'grpc.keepalive_time_ms': 60_000,
    'grpc.keepalive_timeout_ms': 20_000,
    'grpc.enable_channelz': 0,
  });
  server.addService({ Export: exportMethod }, { Export: exportTraces });
  // With sockets of our own, a port that cannot be had says why, and no connection outlives the grace.
  const connections = server.createConnectionInjector(ServerCredentials.createInsecure());
  const sockets = new Set<Socket>();
  const listener = createServer();
  limitConnections(listener, {
    max: maxConnections,
    now: calls.now,
    onClosed: (why) => calls.metrics.closed('grpc', why),
  });
  listener.on('connection', (socket: Socket) => {
    if (socket.destroyed) return;
    sockets.add(socket);
    // Whoever does not begin to speak HTTP/2 has no call that could run out of time.
    const opening = setTimeout(() => {
      if (socket.bytesRead >= PREFACE_BYTES) return;
      calls.metrics.closed('grpc', 'timeout');
      socket.destroy();
    }, openingMs);
    socket.once('close', () => {
      clearTimeout(opening);
      sockets.delete(socket);
    });
    connections.injectConnection(socket);
  });
  return {
    async listen(host, port) {
      listener.listen(port, host);
      await once(listener, 'listening');
      return (listener.address() as AddressInfo).port;
    },
    async close(graceMs) {
      server.tryShutdown(() => undefined);
      const timer = setTimeout(() => {
        for (const socket of sockets) socket.destroy();
      }, graceMs);
      await new Promise<void>((resolve) => listener.close(() => resolve()));
      clearTimeout(timer);
    },
  };
}
