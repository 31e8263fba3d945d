import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox';
import type { Database } from '../clickhouse/database.ts';
import type { Coverage } from '../query/plan.ts';

/**
 * A group of endpoints. The application registers each under `/api/v1`, so a route in it is `/summary`.
 *
 * What the application does for every route, and a plugin therefore does not:
 * - request schemas (TypeBox, from `@weir/schemas/api`) are validated, numbers in query strings coerced, defaults
 *   filled in; a violation answers 400 `invalid-request`;
 * - a thrown `CollectorError` becomes the uniform `ApiError` body; connection errors of the ClickHouse client become 503
 *   `clickhouse-unavailable` with `Retry-After`, its limits on time and memory 422 `query-too-heavy`, anything else 500
 *   `internal` with the cause in the log alone;
 * - `schema.response` types the answer and, with `schema.tags` and `schema.summary`, becomes the OpenAPI document; the
 *   answer is sent as it is returned;
 * - access control, security headers, `Cache-Control: no-store`, request metrics.
 */
export type ApiPlugin = FastifyPluginAsyncTypebox;

/** `questionRoutes` of `api/questions.ts` takes these. */
export interface QuestionDependencies {
  readonly database: Database;
  /** What rollups can answer; absent: every question reads `streams`. */
  readonly coverage?: () => Coverage | undefined;
  /** Wall clock, Unix milliseconds. */
  readonly now: () => number;
}
