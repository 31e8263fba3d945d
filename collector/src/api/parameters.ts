import type { FastifyRequest } from 'fastify';
import { CollectorError } from '../errors.ts';

/**
 * Refuses a query string with a parameter that the route does not name: a misspelt filter would otherwise answer another
 * question than the one that was asked. For `preValidation`.
 */
export async function refuseUnknownParameters(request: FastifyRequest): Promise<void> {
  const known = parameterNames(request.routeOptions.schema?.querystring);
  const unknown = Object.keys(request.query ?? {}).find((name) => !known.includes(name));
  if (unknown === undefined) return;
  const allowed = known.length === 0 ? 'This address takes no parameters.' : `Use ${known.join(', ')}.`;
  throw new CollectorError('invalid-request', `There is no parameter ${unknown}. ${allowed}`);
}

interface QuerySchema {
  readonly properties?: Readonly<Record<string, unknown>>;
  readonly allOf?: readonly unknown[];
}

function parameterNames(schema: unknown): string[] {
  if (typeof schema !== 'object' || schema === null) return [];
  const { properties = {}, allOf = [] }: QuerySchema = schema;
  return [...Object.keys(properties), ...allOf.flatMap(parameterNames)];
}
