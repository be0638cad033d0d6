/**
 * The configuration. This folder is the only reader of environment variables.
 *
 * `readConfig` is a pure function of an environment. The table of all variables is variables.ts;
 * each file of variables that belong together has the rules that join them. All problems are
 * reported at once, by the name of their variable, and each says what would be right. Secrets never
 * appear in one.
 */

import { z } from 'zod';
import type { LogLevel } from '../platform/log.ts';
import { databaseRules } from './database.ts';
import { publicUrlRules } from './public-url.ts';
import { isProduction, type Mode, productionRule } from './rules.ts';
import { secretRules } from './secrets.ts';
import { type StripeConfig, stripeRules, toStripeConfig } from './stripe.ts';
import { type TracesConfig, toTracesConfig } from './traces.ts';
import { trustedRules } from './trusted.ts';
import { describeUnknownVariables } from './unknown-variables.ts';
import { VARIABLES, type Variables } from './variables.ts';

export interface Config {
  readonly environment: 'development' | 'production';
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Unset: an embedded Postgres in the data folder. */
  readonly databaseUrl?: string;
  /** The same database without its pooler, for LISTEN and migrations. Unset: `databaseUrl`. */
  readonly databaseDirectUrl?: string;
  /** A standby of it, which answers reports. Unset: it answers all itself. */
  readonly databaseReadUrl?: string;
  readonly dataDir: string;
  /** false: a start refuses a database that lacks migrations. Unset: it migrates. */
  readonly migratesAtStart?: false;
  /** Migrates even if older processes run, or seem to. */
  readonly migrateBesideOlder?: true;
  /** Customers whose changes one transaction may write. Unset: as many as are fastest. */
  readonly customersPerBatch?: number;
  /**
   * Each with its name before it, if it has one. Empty only in development, where one is made and
   * kept.
   */
  readonly secretKeys: readonly string[];
  /** The first signs, all verify. Empty only in development, where one is made and kept. */
  readonly tokenSecrets: readonly string[];
  /** Unset: the sandbox. */
  readonly stripe?: StripeConfig;
  /** Unset: the URL at which it listens. Never ends in a slash. */
  readonly publicUrl?: string;
  /** Origins of web pages that may call, as patterns (origin.ts). */
  readonly corsOrigins: readonly string[];
  /** Further origins to which a customer token may send its customer after paying. */
  readonly returnOrigins: readonly string[];
  readonly logLevel: LogLevel;
  /** One of so many operations is logged, beside the slow and refused ones. Unset: none at all. */
  readonly logOneIn?: number;
  /** Where Prometheus reads /metrics. Unset: nowhere. */
  readonly metrics?: { readonly host: string; readonly port: number };
  /** Where traces are sent, and which. Unset: none. */
  readonly traces?: TracesConfig;
  /**
   * GraphiQL, introspection and field suggestions. On in development; in production only on
   * request.
   */
  readonly graphiql: boolean;
  /** The API is a subgraph of Apollo Federation, too. Unset: it is not. */
  readonly federation?: true;
  /** Files of trusted documents, and whose other documents are refused. Unset: none. */
  readonly trustedDocuments?: {
    readonly files: readonly string[];
    readonly only?: 'customers' | 'everybody' | undefined;
  };
  /** The operator's console at /console. On in development; in production only on request. */
  readonly console: boolean;
  /** Lets `advanceClock` move the time. Never in production. */
  readonly testClocks: boolean;
  /** Private networks to which webhooks may be sent, in CIDR notation. Unset: none. */
  readonly webhookNetworks?: readonly string[];
  /** For how many days old rows are kept. Unset values have their defaults. */
  readonly keptDays?: {
    readonly idempotencyKeys?: number;
    readonly auditLog?: number;
    readonly paymentEvents?: number;
    readonly webhookDeliveries?: number;
  };
  /** What a caller may consume. Unset values have their defaults. */
  readonly pointsPerMinute?: { readonly perToken?: number; readonly perCustomer?: number; readonly perKey?: number };
  /** Sockets and event streams of this process. Unset: 10,000. */
  readonly maxConnections?: number;
}

/** Every problem of an environment, one sentence each. */
export class ConfigError extends Error {
  readonly problems: readonly string[];

  constructor(problems: readonly string[]) {
    super(['The configuration cannot be used:', ...problems.map((problem) => `  - ${problem}`)].join('\n'));
    this.name = 'ConfigError';
    this.problems = problems;
  }
}

export type Environment = Readonly<Record<string, string | undefined>>;

const environment = z.object(VARIABLES).check(
  ...secretRules,
  ...stripeRules,
  ...databaseRules,
  ...publicUrlRules,
  ...trustedRules,
  productionRule<Mode & Pick<Variables, 'BRIM_TEST_CLOCKS'>>(
    'BRIM_TEST_CLOCKS',
    ({ BRIM_TEST_CLOCKS }) => BRIM_TEST_CLOCKS !== 'true',
    'must be unset in production: with it, anybody with the secret key may move the time.',
  ),
);

const NAMES = Object.keys(VARIABLES);

/** @throws ConfigError naming every variable that is invalid, or missing in production. */
export function readConfig(env: Environment): Config {
  const read = environment.safeParse(Object.fromEntries(NAMES.map((name) => [name, env[name]?.trim() || undefined])));
  if (read.success) return toConfig(read.data);
  const place = ({ path: [name] }: z.core.$ZodIssue) => NAMES.indexOf(String(name));
  const issues = read.error.issues.toSorted((left, right) => place(left) - place(right));
  throw new ConfigError([
    ...issues.map(({ path: [name], message }) => `${String(name)} ${message}`),
    ...findUnknownVariables(env),
  ]);
}

/** A sentence for each set variable that Brim does not read, but that seems to be meant for it. */
export function findUnknownVariables(env: Environment): readonly string[] {
  const isSet = (name: string) => env[name]?.trim();
  return describeUnknownVariables(Object.keys(env).filter(isSet), NAMES);
}

/** Pages on the developer's own machine, at any port. */
const DEVELOPMENT_ORIGINS = ['http://localhost:*', 'http://127.0.0.1:*'];

function toConfig(read: Variables): Config {
  const production = isProduction(read);
  const pointsPerMinute = {
    ...(read.BRIM_POINTS_PER_TOKEN && { perToken: read.BRIM_POINTS_PER_TOKEN }),
    ...(read.BRIM_POINTS_PER_CUSTOMER && { perCustomer: read.BRIM_POINTS_PER_CUSTOMER }),
    ...(read.BRIM_POINTS_PER_KEY && { perKey: read.BRIM_POINTS_PER_KEY }),
  };
  const keptDays = {
    ...(read.BRIM_IDEMPOTENCY_DAYS && { idempotencyKeys: read.BRIM_IDEMPOTENCY_DAYS }),
    ...(read.BRIM_AUDIT_DAYS && { auditLog: read.BRIM_AUDIT_DAYS }),
    ...(read.BRIM_PAYMENT_EVENT_DAYS && { paymentEvents: read.BRIM_PAYMENT_EVENT_DAYS }),
    ...(read.BRIM_WEBHOOK_LOG_DAYS && { webhookDeliveries: read.BRIM_WEBHOOK_LOG_DAYS }),
  };
  const stripe = toStripeConfig(read);
  const traces = toTracesConfig(read);
  return {
    environment: production ? 'production' : 'development',
    host: read.HOST ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: read.PORT,
    dataDir: read.BRIM_DATA_DIR,
    secretKeys: read.BRIM_SECRET_KEY,
    tokenSecrets: read.BRIM_TOKEN_SECRET,
    corsOrigins: read.CORS_ORIGINS ?? (production ? [] : DEVELOPMENT_ORIGINS),
    returnOrigins: read.RETURN_ORIGINS,
    logLevel: read.LOG_LEVEL,
    logOneIn: read.BRIM_LOG_ONE_IN,
    graphiql: read.BRIM_GRAPHIQL ? read.BRIM_GRAPHIQL === 'true' : !production,
    console: read.BRIM_CONSOLE ? read.BRIM_CONSOLE === 'true' : !production,
    testClocks: read.BRIM_TEST_CLOCKS === 'true',
    ...(read.DATABASE_URL && { databaseUrl: read.DATABASE_URL }),
    ...(read.DATABASE_DIRECT_URL && { databaseDirectUrl: read.DATABASE_DIRECT_URL }),
    ...(read.DATABASE_READ_URL && { databaseReadUrl: read.DATABASE_READ_URL }),
    ...(read.BRIM_MIGRATE === 'off' && { migratesAtStart: false }),
    ...(read.BRIM_MIGRATE_BESIDE_OLDER === 'true' && { migrateBesideOlder: true }),
    ...(read.BRIM_CUSTOMERS_PER_BATCH && { customersPerBatch: read.BRIM_CUSTOMERS_PER_BATCH }),
    ...(stripe && { stripe }),
    ...(traces && { traces }),
    ...(read.PUBLIC_URL && { publicUrl: read.PUBLIC_URL.replace(/\/+$/, '') }),
    ...(Object.keys(keptDays).length > 0 && { keptDays }),
    ...(Object.keys(pointsPerMinute).length > 0 && { pointsPerMinute }),
    ...(read.BRIM_WEBHOOK_NETWORKS.length > 0 && { webhookNetworks: read.BRIM_WEBHOOK_NETWORKS }),
    ...(read.BRIM_METRICS_PORT !== undefined && { metrics: { host: read.BRIM_METRICS_HOST, port: read.BRIM_METRICS_PORT } }),
    ...(read.BRIM_FEDERATION === 'true' && { federation: true }),
    ...(read.BRIM_TRUSTED_DOCUMENTS && {
      trustedDocuments: { files: read.BRIM_TRUSTED_DOCUMENTS, only: read.BRIM_TRUSTED_ONLY },
    }),
    ...(read.BRIM_MAX_CONNECTIONS && { maxConnections: read.BRIM_MAX_CONNECTIONS }),
  };
}
