/**
 * What spans are called and which attributes they have, by OpenTelemetry's conventions for HTTP,
 * GraphQL and databases. Where a convention asks for what may be personal, it is left out: paths
 * with their values, queries of URLs, addresses of callers, variables, and texts of errors.
 */
import type { IncomingHttpHeaders } from 'node:http';
import { type Attributes, SpanKind } from '@opentelemetry/api';
import type { NamedOperation, Place, SpanKinds } from '../platform/spans.ts';
import { summaryOf } from './sql-summary.ts';

export interface Beginning {
  readonly name: string;
  readonly kind: SpanKind;
  readonly attributes: Attributes;
  readonly below: Below;
}

/** Which span a new one is below. */
export type Below =
  /** The one in which the work runs, or none; a part is recorded only where there is one. */
  | 'present'
  | 'present as a part'
  /** The one that the sender of these headers names. */
  | { readonly headers: IncomingHttpHeaders }
  /** The first caller's. It is linked with the others'. */
  | { readonly callers: readonly (Place | undefined)[] }
  /** None. It is linked with what caused the event, where that is known. */
  | { readonly event: unknown };

export interface Ending {
  readonly attributes: Attributes;
  /** Why the work failed: a code or the name of a class. */
  readonly failure?: string | undefined;
}

type Descriptions = {
  readonly [Kind in keyof SpanKinds]: {
    readonly begin: (begun: SpanKinds[Kind]['begun']) => Beginning;
    readonly end: (ended: SpanKinds[Kind]['ended']) => Ending;
  };
};

export const DESCRIPTIONS: Descriptions = {
  request: {
    begin: ({ method, route, httpVersion, headers }) => ({
      below: { headers },
      name: route === undefined ? nameOfMethod(method) : `${nameOfMethod(method)} ${route}`,
      kind: SpanKind.SERVER,
      attributes: {
        'http.request.method': METHODS.has(method) ? method : '_OTHER',
        ...(route === undefined ? {} : { 'http.route': route }),
        'url.scheme': 'http',
        'network.protocol.version': httpVersion,
      },
    }),
    end: ({ status, requestId }) => ({
      attributes: {
        'brim.request.id': requestId,
        ...(status === undefined ? {} : { 'http.response.status_code': status }),
      },
      failure: status !== undefined && status >= 500 ? String(status) : undefined,
    }),
  },
  operation: {
    begin: (operation) => ({
      below: 'present',
      name: operation.type,
      kind: SpanKind.SERVER,
      attributes: ofOperation(operation),
    }),
    end: ({ codes, refusals }) => ({
      // An app counts with them, so the operation has not failed.
      attributes: refusals.length === 0 ? {} : { 'brim.refusals': [...new Set(refusals.map(({ code }) => code))] },
      failure: codes[0],
    }),
  },
  push: {
    begin: ({ event, ...operation }) => ({
      below: { event },
      name: operation.type,
      kind: SpanKind.INTERNAL,
      attributes: ofOperation(operation),
    }),
    end: ({ codes }) => ({ attributes: {}, failure: codes[0] }),
  },
  batch: {
    begin: ({ commands, callers }) => ({
      below: { callers },
      name: 'ledger batch',
      kind: SpanKind.INTERNAL,
      attributes: { 'brim.ledger.commands': commands },
    }),
    end: () => ({ attributes: {} }),
  },
  statement: {
    begin: ({ text, host, port, database }) => ({
      below: 'present as a part',
      name: summaryOf(text),
      kind: SpanKind.CLIENT,
      attributes: {
        'db.system.name': 'postgresql',
        'db.query.summary': summaryOf(text),
        'db.query.text': text,
        'server.address': host,
        'server.port': port,
        ...(database === undefined ? {} : { 'db.namespace': database }),
      },
    }),
    end: ({ error }) => {
      const failure = typeOf(error);
      return {
        attributes: failure !== undefined && SQLSTATE.test(failure) ? { 'db.response.status_code': failure } : {},
        failure,
      };
    },
  },
  stripe: {
    begin: ({ method, url }) => ({
      below: 'present',
      name: `${method} ${routeOf(url)}`,
      kind: SpanKind.CLIENT,
      attributes: {
        'http.request.method': method,
        'url.template': routeOf(url),
        'server.address': url.hostname,
        'server.port': Number(url.port || (url.protocol === 'https:' ? 443 : 80)),
      },
    }),
    end: ({ status, requestId, error }) => ({
      attributes: {
        ...(status === undefined ? {} : { 'http.response.status_code': status }),
        ...(requestId ? { 'brim.stripe.request.id': requestId } : {}),
      },
      failure: status !== undefined && status >= 400 ? String(status) : typeOf(error),
    }),
  },
};

const METHODS = new Set(['CONNECT', 'DELETE', 'GET', 'HEAD', 'OPTIONS', 'PATCH', 'POST', 'PUT', 'TRACE']);
const nameOfMethod = (method: string) => (METHODS.has(method) ? method : 'HTTP');

const SQLSTATE = /^[0-9A-Z]{5}$/;
const CODE = /^[A-Z0-9_]{1,50}$/;

function ofOperation({ type, field, name }: NamedOperation): Attributes {
  return {
    'graphql.operation.type': type,
    ...(name === undefined ? {} : { 'graphql.operation.name': name }),
    'brim.graphql.field': field,
  };
}

/** A code or a class says what failed, and its text may say whose. */
function typeOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  if (!(error instanceof Error)) return 'error';
  return 'code' in error && typeof error.code === 'string' && CODE.test(error.code) ? error.code : error.name;
}

/** The path with `{id}` for each id: Stripe's own names have small letters and underscores only. */
function routeOf({ pathname }: URL): string {
  const [path = pathname] = /\/v\d+\/.*/.exec(pathname) ?? [];
  return path.replaceAll(/[^/]+/g, (segment) => (/^([a-z]+(_[a-z]+)*|v\d+)$/.test(segment) ? segment : '{id}'));
}
