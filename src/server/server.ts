/**
 * The server: HTTP, SSE and WebSocket on one port, in front of a schema and a table of routes.
 *
 * It owns connections, limits, credentials and error masking. It knows no type of the schema and no
 * domain.
 */
import type { GraphQLSchema } from 'graphql';
import type { Access } from '../access/access.ts';
import { type Budgets, openBudgets } from '../access/budgets.ts';
import type { Log } from '../platform/log.ts';
import { type Clock, systemClock } from '../values/clock.ts';
import { openGraphiql } from './graphql/graphiql.ts';
import { type ContextFor, openGraphQL } from './graphql/graphql.ts';
import type { TrustedDocuments } from './graphql/persisted-documents.ts';
import { type HealthOptions, healthRoutes, type ReadinessProbe } from './http/health.ts';
import type { Hosts } from './http/hosts.ts';
import { openHttpServer } from './http/http.ts';
import { listen } from './http/listen.ts';
import { openOrigins } from './http/origins.ts';
import type { Route } from './http/routes.ts';
import { type ConnectionKind, openConnectionCounts } from './limits/connection-counts.ts';
import { LIMITS, type Limits } from './limits/limits.ts';
import { openWebSockets } from './sockets/websocket.ts';

export interface ServerOptions {
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  readonly corsOrigins: readonly string[];
  /** The host names under which it answers. Left out: all. */
  readonly hosts?: Hosts | undefined;
  /** GraphiQL, introspection and suggestions of names. */
  readonly graphiql: boolean;
  /** Shown in GraphiQL. Never in production. */
  readonly developmentKey?: string | undefined;
  readonly schema: GraphQLSchema;
  readonly access: Pick<Access, 'authenticate' | 'readKey' | 'confirm' | 'onRevoked'>;
  /** Left out: budgets of its own, with the default limits. */
  readonly budgets?: Budgets;
  /** Root fields of which a secret key may use 1,000 a second, independent of its budget. */
  readonly guaranteedFields?: readonly string[];
  /** Documents that the operator has stored. Left out: none. */
  readonly trustedDocuments?: TrustedDocuments | undefined;
  /** Makes the context of resolvers for each operation. */
  readonly contextFor: ContextFor;
  /** Beside /graphql, /health and /ready. */
  readonly routes: readonly Route[];
  readonly isDatabaseReady: ReadinessProbe;
  /** A sentence for each problem that affects some requests; /ready reports them. */
  readonly problems?: NonNullable<HealthOptions['problems']>;
  readonly log: Log;
  readonly clock?: Clock;
  readonly limits?: Partial<Limits>;
}

export interface RunningServer {
  /** The URL by which this machine reaches it. No slash at the end. */
  readonly url: string;
  /** How many sockets, or event streams, are open. */
  connections(kind: ConnectionKind): number;
  /** Closes sockets, completes streams, and waits a bounded time for requests in flight. */
  close(): Promise<void>;
}

/** @throws StartError with a sentence where the port is taken. */
export async function openServer(options: ServerOptions): Promise<RunningServer> {
  const { access, log, clock = systemClock, graphiql: showSchema, developmentKey } = options;
  const limits = { ...LIMITS, ...options.limits };
  const origins = openOrigins(options.corsOrigins);
  const { hosts = () => true } = options;
  const connectionCounts = openConnectionCounts(limits);
  const { budgets = openBudgets({ clock }), guaranteedFields = [] } = options;
  const graphql = openGraphQL({ ...options, budgets, guaranteedFields, clock, showSchema, limits, connectionCounts });
  const graphiql = showSchema ? openGraphiql({ developmentKey }) : undefined;

  let closed: Promise<void> | undefined;
  const routes = [...healthRoutes({ ...options, isClosing: () => closed !== undefined }), ...options.routes];
  const http = openHttpServer({ graphql, graphiql, routes, origins, hosts, limits, log });
  const sockets = openWebSockets({
    server: http.server,
    graphql,
    access,
    connectionCounts,
    clock,
    origins,
    hosts,
    limits,
    log,
    hideSuggestions: !showSchema,
  });
  const url = await listen(http.server, options);

  return {
    url,
    connections: connectionCounts.open,
    close() {
      closed ??= Promise.all([sockets.close(), graphql.closeStreams(), http.drain()]).then(() => undefined);
      return closed;
    },
  };
}
