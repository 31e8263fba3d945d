import { isAbsolute, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { maxRetentionDays, type RetentionDays } from '@weir/schemas/api';
import { envSchema } from 'env-schema';
import { type Static, Type } from 'typebox';
import { type ForwardEndpoint, readForwardEndpoints } from './forward/endpoints.ts';

const Environment = Type.Object({
  WEIR_HOST: Type.String({ default: '127.0.0.1', minLength: 1, description: 'a host name or IP address' }),
  WEIR_PORT: Type.Integer({
    default: 4318,
    minimum: 0,
    maximum: 65_535,
    description: 'a port from 0 to 65535',
  }),
  WEIR_GRPC_PORT: Type.Optional(
    Type.Union([Type.Integer({ minimum: 0, maximum: 65_535 }), Type.Literal('off')], {
      description: 'a port from 0 to 65535, or off',
    }),
  ),
  WEIR_DATA_DIR: Type.String({ default: './data', minLength: 1, description: 'a directory' }),
  WEIR_DASHBOARD_DIR: Type.Optional(
    Type.String({ minLength: 1, description: 'the directory of the built dashboard' }),
  ),
  WEIR_PUBLIC_URL: Type.Optional(
    Type.String({
      pattern: '^https?://[^\\s/]+',
      description: 'the URL people open the dashboard at, such as https://weir.example.com',
    }),
  ),
  WEIR_LOG_LEVEL: Type.Union(
    (['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const).map((level) =>
      Type.Literal(level),
    ),
    { default: 'info', description: 'one of fatal, error, warn, info, debug, trace, silent' },
  ),
  WEIR_MAX_BODY_BYTES: Type.Integer({
    default: 64 << 20,
    minimum: 1_024,
    maximum: 1 << 30,
    description: 'a number of bytes from 1024 to 1073741824',
  }),
  WEIR_RECEIVE_WORKERS: Type.Integer({
    default: 0,
    minimum: 0,
    maximum: 64,
    description: 'a number of threads from 0 to 64',
  }),
  WEIR_SPOOL_MAX_BYTES: Type.Optional(
    Type.Integer({ minimum: 1 << 20, description: 'a number of bytes from 1048576' }),
  ),
  WEIR_INGEST_KEY: Type.Optional(
    Type.String({ minLength: 16, description: 'a secret of at least 16 characters' }),
  ),
  WEIR_DASHBOARD_PASSWORD: Type.Optional(
    Type.String({ minLength: 8, description: 'a password of at least 8 characters' }),
  ),
  WEIR_ALLOW_PRIVATE_WEBHOOKS: Type.Optional(Type.Boolean({ description: 'true or false' })),
  WEIR_RETENTION_RAW_DAYS: Type.Integer({
    default: 30,
    minimum: 1,
    maximum: maxRetentionDays,
    description: `a number of days from 1 to ${maxRetentionDays}`,
  }),
  WEIR_RETENTION_ROLLUP_DAYS: Type.Integer({
    default: 400,
    minimum: 1,
    maximum: maxRetentionDays,
    description: `a number of days from 1 to ${maxRetentionDays}`,
  }),
  CLICKHOUSE_URL: Type.Optional(
    Type.String({ pattern: '^https?://[^\\s/]+', description: 'a URL such as http://localhost:8123' }),
  ),
  CLICKHOUSE_USER: Type.String({ default: 'default', description: 'a user name' }),
  CLICKHOUSE_PASSWORD: Type.String({ default: '', description: 'a password' }),
  CLICKHOUSE_DATABASE: Type.String({
    default: 'weir',
    pattern: '^[A-Za-z_][A-Za-z0-9_]*$',
    description: 'a name of letters, digits and _',
  }),
  CLICKHOUSE_CLUSTER: Type.Optional(Type.String({ minLength: 1, description: 'the name of a cluster' })),
});
type Environment = Static<typeof Environment>;
type Variable = keyof Environment;

export interface Config {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Of OTLP/gRPC; 0: any free one; absent: it does not listen for it. */
  readonly grpcPort?: number;
  /** Nobody asked for `grpcPort`: it gives way to whoever has it. */
  readonly isGrpcOptional: boolean;
  readonly dataDir: string;
  readonly dashboardDir: string;
  /** Where people reach the dashboard, when that is not the address it listens on. */
  readonly publicUrl?: string;
  readonly logLevel: Environment['WEIR_LOG_LEVEL'];
  readonly maxBodyBytes: number;
  /** Threads that read requests, beside the one that answers them. */
  readonly receiveWorkers: number;
  /** Bytes of disk that what waits for ClickHouse may take; absent: a share of what is free. */
  readonly spoolMaxBytes?: number;
  /** An ingest key of the project `default`, beside those that were created. */
  readonly ingestKey?: string;
  /** OTLP endpoints that get what was received. */
  readonly forwardTo: readonly ForwardEndpoint[];
  /** Everything else needs it as the password of a login, if set. */
  readonly dashboardPassword?: string;
  readonly allowPrivateWebhooks: boolean;
  /** Of projects that have no days of their own. */
  readonly retention: RetentionDays;
  readonly database: string;
  /** A server that somebody else runs; the embedded one if absent. */
  readonly clickhouse?: {
    readonly url: string;
    readonly username: string;
    readonly password: string;
    readonly cluster?: string;
  };
}

/** A setting that cannot be used. The message is one sentence that names the variable and what is expected. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
}

const builtDashboard = fileURLToPath(new URL('../../dashboard/dist', import.meta.url));

/**
 * Reads the configuration from environment variables. A variable that is empty counts as not set.
 *
 * @param directory what relative paths start from
 * @throws ConfigError
 */
export function readConfig(env: Readonly<Record<string, string | undefined>>, directory: string): Config {
  const given = givenOf(env);
  const set = validated(given);
  const path = (given: string) => (isAbsolute(given) ? given : resolve(directory, given));
  const config: Config = {
    host: set.WEIR_HOST,
    port: set.WEIR_PORT,
    ...grpcPortOf(set),
    dataDir: path(set.WEIR_DATA_DIR),
    dashboardDir: set.WEIR_DASHBOARD_DIR === undefined ? builtDashboard : path(set.WEIR_DASHBOARD_DIR),
    ...(set.WEIR_PUBLIC_URL !== undefined && { publicUrl: set.WEIR_PUBLIC_URL }),
    logLevel: set.WEIR_LOG_LEVEL,
    maxBodyBytes: set.WEIR_MAX_BODY_BYTES,
    receiveWorkers: set.WEIR_RECEIVE_WORKERS,
    ...(set.WEIR_SPOOL_MAX_BYTES !== undefined && { spoolMaxBytes: set.WEIR_SPOOL_MAX_BYTES }),
    ...(set.WEIR_INGEST_KEY !== undefined && { ingestKey: set.WEIR_INGEST_KEY }),
    ...(set.WEIR_DASHBOARD_PASSWORD !== undefined && { dashboardPassword: set.WEIR_DASHBOARD_PASSWORD }),
    forwardTo: forwardToOf(given),
    // Whoever can reach a collector on loopback can reach everything else there without its help.
    allowPrivateWebhooks: set.WEIR_ALLOW_PRIVATE_WEBHOOKS ?? isLoopback(set.WEIR_HOST),
    retention: retentionOf(set),
    database: set.CLICKHOUSE_DATABASE,
    ...clickhouseOf(set),
  };
  refuseOpenDoors(config);
  return config;
}

function givenOf(env: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const given = Object.entries(env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && entry[1] !== '',
  );
  return Object.fromEntries(given);
}

function validated(given: Record<string, string>): Environment {
  try {
    return envSchema<Environment>({ schema: Environment, data: given, env: false });
  } catch (error) {
    throw new ConfigError(sentenceFor(error), { cause: error });
  }
}

function forwardToOf(given: Readonly<Record<string, string>>): readonly ForwardEndpoint[] {
  const read = readForwardEndpoints(given);
  if (read.status === 'invalid') throw new ConfigError(read.message);
  return read.endpoints;
}

function sentenceFor(error: unknown): string {
  const [first] = (error as { errors?: { instancePath: string }[] }).errors ?? [];
  const variable = first?.instancePath.split('/')[1] as Variable | undefined;
  if (variable === undefined) return error instanceof Error ? error.message : String(error);
  // The value itself may be a secret, and often is in the wrong variable.
  const { description } = Environment.properties[variable] as { description?: string };
  return `${variable} must be ${description}.`;
}

/** Whoever asks for any free port wants to be beside others, on both. */
function grpcPortOf({
  WEIR_GRPC_PORT: given,
  WEIR_PORT,
}: Environment): Pick<Config, 'grpcPort' | 'isGrpcOptional'> {
  const isGrpcOptional = given === undefined;
  if (given === 'off') return { isGrpcOptional };
  return { grpcPort: given ?? (WEIR_PORT === 0 ? 0 : DEFAULT_GRPC_PORT), isGrpcOptional };
}

const DEFAULT_GRPC_PORT = 4317;

function retentionOf(set: Environment): RetentionDays {
  const days = { rawDays: set.WEIR_RETENTION_RAW_DAYS, rollupDays: set.WEIR_RETENTION_ROLLUP_DAYS };
  if (days.rollupDays >= days.rawDays) return days;
  throw new ConfigError(
    `WEIR_RETENTION_ROLLUP_DAYS is ${days.rollupDays} and WEIR_RETENTION_RAW_DAYS is ${days.rawDays}: rollups are kept at least as long as streams. Raise the first.`,
  );
}

function clickhouseOf(set: Environment): Pick<Config, 'clickhouse'> {
  if (set.CLICKHOUSE_URL === undefined) return {};
  return {
    clickhouse: {
      url: set.CLICKHOUSE_URL,
      username: set.CLICKHOUSE_USER,
      password: set.CLICKHOUSE_PASSWORD,
      ...(set.CLICKHOUSE_CLUSTER !== undefined && { cluster: set.CLICKHOUSE_CLUSTER }),
    },
  };
}

/**
 * Nobody opens a database of their users' streams to a network by forgetting a variable. That there is an ingest key is
 * seen to when the keys are known.
 */
function refuseOpenDoors({ host, dashboardPassword, ingestKey }: Config): void {
  if (isLoopback(host) || dashboardPassword !== undefined) return;
  const keys = ingestKey === undefined ? ', and WEIR_INGEST_KEY unless ingest keys were created' : '';
  throw new ConfigError(
    `WEIR_HOST is ${host}, which others can reach: set WEIR_DASHBOARD_PASSWORD${keys}, or listen on 127.0.0.1.`,
  );
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127(\.\d{1,3}){3}$/.test(host);
}
