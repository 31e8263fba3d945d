import { type AttributeName, attributes } from './attributes.ts';

/** The OpenTelemetry name of each fact, and nothing else of it: all that a page needs. */
export const attributeKeys = Object.fromEntries(
  Object.entries(attributes).map(([name, { key }]) => [name, key]),
) as { readonly [N in AttributeName]: string };
