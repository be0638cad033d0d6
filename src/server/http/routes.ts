/**
 * The routes beside /graphql: a table of fetch-style functions, and the search for the route of a
 * path.
 *
 * A pattern is a path. Its segments may be parameters, `/checkout/return/:purchaseId`, and its last
 * segment may be `*`, the rest of the path. The first match wins.
 */
import type { FormatHttpError } from '../answers/http-error.ts';

export interface Route {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  /**
   * GET routes answer HEAD too. An exception is logged and answered with 500, or with 503 where it
   * is retryable.
   */
  readonly handle: (request: Request, params: RouteParams) => Promise<Response> | Response;
  /** Formats the errors of this route. Unset: as GraphQL errors. */
  readonly formatError?: FormatHttpError;
  /** It tells of its operations itself, so that its requests are not told as well. */
  readonly tellsOperations?: boolean;
}

export type RouteParams = Readonly<Record<string, string>>;

export type RouteMatch =
  | { readonly kind: 'found'; readonly route: Route; readonly params: RouteParams }
  | { readonly kind: 'other-method'; readonly allowed: readonly string[] }
  | { readonly kind: 'unknown' };

export function findRoute(routes: readonly Route[], method: string, path: string): RouteMatch {
  const wanted = method === 'HEAD' ? 'GET' : method;
  const allowed: string[] = [];
  for (const route of routes) {
    const params = matchPath(route.path, path);
    if (!params) continue;
    if (route.method === wanted) return { kind: 'found', route, params };
    allowed.push(route.method);
  }
  return allowed.length > 0 ? { kind: 'other-method', allowed } : { kind: 'unknown' };
}

/** The first route at this path, with any method. */
export function routeAt(routes: readonly Route[], path: string): Route | undefined {
  return routes.find((route) => matchPath(route.path, path));
}

function matchPath(pattern: string, path: string): RouteParams | undefined {
  const wanted = pattern.split('/');
  const given = path.split('/');
  const params: Record<string, string> = {};
  for (const [index, segment] of wanted.entries()) {
    if (segment === '*') return { ...params, rest: given.slice(index).join('/') };
    const value = given[index];
    if (value === undefined) return undefined;
    if (!segment.startsWith(':')) {
      if (segment !== value) return undefined;
      continue;
    }
    const decoded = decode(value);
    if (!decoded) return undefined;
    params[segment.slice(1)] = decoded;
  }
  return given.length === wanted.length ? params : undefined;
}

function decode(segment: string): string | undefined {
  try {
    return decodeURIComponent(segment);
  } catch {
    return undefined;
  }
}
