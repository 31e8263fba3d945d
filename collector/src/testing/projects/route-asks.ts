/** As much of an OpenAPI document as it takes to ask its routes. */
export interface ApiDocument {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export interface Operation {
  readonly parameters?: readonly { readonly name: string; readonly in: string }[];
}

export interface Route {
  /** As in `GET /rules/{id}`. */
  readonly name: string;
  readonly method: string;
  readonly path: string;
  readonly query: readonly string[];
}

/** One question: the path under `/api/v1` with its query. */
export interface Ask {
  readonly path: string;
  /** Texts that the question itself holds, which its answer may repeat. */
  readonly asked: readonly string[];
}

/** Values to ask with, by the name of the parameter; parameters of paths by the first segment of the path as well. */
export interface AskedValues {
  readonly path: Readonly<Record<string, readonly string[]>>;
  readonly query: Readonly<Record<string, readonly string[]>>;
}

const API = '/api/v1';

export function routesOf({ paths }: ApiDocument): Route[] {
  return Object.entries(paths).flatMap(([path, operations]) =>
    Object.entries(operations).map(([method, { parameters = [] }]) => ({
      name: `${method.toUpperCase()} ${path.slice(API.length)}`,
      method: method.toUpperCase(),
      path: path.slice(API.length),
      query: parameters.filter((parameter) => parameter.in === 'query').map(({ name }) => name),
    })),
  );
}

/**
 * Every way to ask a route: with each value of each parameter of its path, and for each of these without more, and with
 * each value of each parameter of its query.
 *
 * @throws for a parameter that has no values yet: whoever adds one says here how to ask with it
 */
export function asksOf(route: Route, values: AskedValues, always: Readonly<Record<string, string>>): Ask[] {
  const fixed = Object.entries(always).filter(([name]) => route.query.includes(name));
  const variants = route.query
    .filter((name) => !(name in always))
    .flatMap((name) =>
      valuesFor(values.query, name, route).map((value) => [[name, value]] as [string, string][]),
    );
  return pathsOf(route, values).flatMap(({ path, asked }) =>
    [[], ...variants].map((extra) => ({
      path: `${path}?${new URLSearchParams([...fixed, ...extra])}`,
      asked: [...asked, ...extra.map(([, value]) => value)],
    })),
  );
}

function pathsOf(route: Route, values: AskedValues): Ask[] {
  let asks: Ask[] = [{ path: route.path, asked: [] }];
  for (const [placeholder, name = ''] of route.path.matchAll(/\{(\w+)\}/g)) {
    const specific = `${route.path.split('/')[1]}.${name}`;
    const given = values.path[specific] ?? valuesFor(values.path, name, route);
    asks = asks.flatMap(({ path, asked }) =>
      given.map((value) => ({
        path: path.replace(placeholder, encodeURIComponent(value)),
        asked: [...asked, value],
      })),
    );
  }
  return asks;
}

function valuesFor(values: AskedValues['path'], name: string, route: Route): readonly string[] {
  const given = values[name];
  if (given === undefined) {
    throw new Error(
      `The parameter ${name} of ${route.name} has no values: say in this test how to ask with it.`,
    );
  }
  return given;
}
