/**
 * Every environment variable that Brim reads, with its schema, default and limits.
 *
 * A schema gets trimmed text and never an empty one. It refuses a value with the rest of a sentence
 * that begins with the variable's name and does not repeat the value, which may be a secret.
 * Problems are reported in the order of this table.
 */
import { z } from 'zod';
import { LOG_LEVELS } from '../platform/log.ts';
import { postgresUrl } from './database.ts';
import { corsOrigins, returnOrigins } from './origins.ts';
import { publicUrl } from './public-url.ts';
import { secretKeys, tokenSecrets } from './secrets.ts';
import { stripeApiUrl, stripeKey, webhookSecrets } from './stripe.ts';
import { otlpEndpoint, otlpHeaders, resourceAttributes, samplerShare, tracesSampler } from './traces.ts';
import { count, host, list, port, trueOrFalse, wholeNumber } from './value-schemas.ts';
import { webhookNetworks } from './webhooks.ts';

/** A hundred years. */
const MOST_DAYS = 36_500;
const MOST_POINTS = 999_999_999_999;
const MOST_CUSTOMERS = 1_000;

export const VARIABLES = {
  /**
   * The default is development, and `test` means it, too. Other values are refused: a guess at a
   * misspelt one could start production with development's keys.
   */
  NODE_ENV: z
    .enum(['production', 'development', 'test'], 'must be "production", "development" or "test"; unset means development.')
    .default('development'),

  /** Keys, each with or without a name. Required in production; development makes one. */
  BRIM_SECRET_KEY: secretKeys.default([]),
  /** One secret, or the new one, which signs, and the old one. Required as the key is. */
  BRIM_TOKEN_SECRET: tokenSecrets.default([]),

  /** Stripe's secret or restricted key. Required in production; unset means the sandbox. */
  STRIPE_SECRET_KEY: stripeKey.optional(),
  /** The signing secrets of the webhook endpoint. Required with the key, refused without it. */
  STRIPE_WEBHOOK_SECRET: webhookSecrets.optional(),
  /** Another address of Stripe's API. Refused without the key. */
  STRIPE_API_URL: stripeApiUrl.optional(),
  /** Reads of Stripe that this process may begin each second: 1 to 100, by default 15. */
  STRIPE_READS_PER_SECOND: count(100).optional(),
  /** Lets production use a test key of Stripe. Default: false. */
  BRIM_ALLOW_TEST_PAYMENTS: trueOrFalse.optional(),

  /** The database. Unset means the embedded server, which production uses only on request. */
  DATABASE_URL: postgresUrl.optional(),
  /** Starts the embedded server. Default: true in development without DATABASE_URL. */
  BRIM_EMBEDDED_DATABASE: trueOrFalse.optional(),
  /** The same database without its pooler. Default: DATABASE_URL. */
  DATABASE_DIRECT_URL: postgresUrl.optional(),
  /** A standby of the database, which answers reports. Default: DATABASE_URL answers all. */
  DATABASE_READ_URL: postgresUrl.optional(),

  /** Where browsers and Stripe reach Brim. Required in production; https, unless allowed below. */
  PUBLIC_URL: publicUrl.optional(),
  /** Lets production have a PUBLIC_URL with http. Default: false. */
  BRIM_ALLOW_INSECURE_PUBLIC_URL: trueOrFalse.optional(),

  /** Not supported, and refused, because who sets it expects that it is used. */
  REDIS_URL: z.never('is not supported yet: unset it. Postgres carries changes between processes.').optional(),

  /** The address to listen at. Default: 127.0.0.1, in production 0.0.0.0. */
  HOST: host.optional(),
  /** 0 (any free port) to 65535, by default 4000. */
  PORT: port.default(4_000),
  /** The folder of the embedded database and of the keys that development makes. */
  BRIM_DATA_DIR: z.string().default('.brim'),

  /** Pages that may call Brim. Default: none; in development those of this machine. */
  CORS_ORIGINS: corsOrigins.optional(),
  /** More pages to which a customer token may send its customer after paying. Default: none. */
  RETURN_ORIGINS: returnOrigins.default([]),

  /** Private networks to which webhooks may be sent. Default: none; in development this machine. */
  BRIM_WEBHOOK_NETWORKS: webhookNetworks.default([]),

  /** Where Prometheus reads /metrics. Default: nowhere. */
  BRIM_METRICS_PORT: port.optional(),
  /** The address for that port. Default: 127.0.0.1. */
  BRIM_METRICS_HOST: host.default('127.0.0.1'),

  /** OpenTelemetry's collector, for all signals or for traces alone. Default: no traces. */
  OTEL_EXPORTER_OTLP_ENDPOINT: otlpEndpoint.optional(),
  OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: otlpEndpoint.optional(),
  /** What is sent with them, such as the collector's key. */
  OTEL_EXPORTER_OTLP_HEADERS: otlpHeaders.optional(),
  /** The name of this service in traces, by default brim. */
  OTEL_SERVICE_NAME: z.string().optional(),
  /** More attributes of this service. */
  OTEL_RESOURCE_ATTRIBUTES: resourceAttributes.optional(),
  /** Which traces are recorded. Default: parentbased_always_on. */
  OTEL_TRACES_SAMPLER: tracesSampler.optional(),
  /** The share of traces for the samplers by ratio, by default 1. */
  OTEL_TRACES_SAMPLER_ARG: samplerShare.optional(),
  /** true: no traces, although there is an endpoint. */
  OTEL_SDK_DISABLED: trueOrFalse.optional(),

  /** The least severe messages that are logged. */
  LOG_LEVEL: z.enum(LOG_LEVELS, `must be one of ${LOG_LEVELS.join(', ')}.`).default('info'),
  /**
   * One of so many operations is logged, by default 100; 0: none. Slow and refused ones always are.
   * In development nothing of this is logged unless LOG_LEVEL is "debug".
   */
  BRIM_LOG_ONE_IN: wholeNumber(1_000_000_000).default(100),
  /** GraphiQL, introspection and field suggestions. Default: true, in production false. */
  BRIM_GRAPHIQL: trueOrFalse.optional(),
  /** Makes the API a subgraph of Apollo Federation. Default: false. */
  BRIM_FEDERATION: trueOrFalse.optional(),
  /** Files of trusted documents, with commas between them. Default: none. */
  BRIM_TRUSTED_DOCUMENTS: list.optional(),
  /** Who may send trusted documents only. Default: nobody is bound to them. */
  BRIM_TRUSTED_ONLY: z.enum(['customers', 'everybody'], 'must be customers or everybody.').optional(),
  /** The operator's console at /console. Default: true, in production false. */
  BRIM_CONSOLE: trueOrFalse.optional(),
  /** Lets `advanceClock` move the time. Default: false; refused in production. */
  BRIM_TEST_CLOCKS: trueOrFalse.optional(),
  /** off: a start does not migrate, and refuses a database that lacks migrations. Default: on. */
  BRIM_MIGRATE: z.enum(['on', 'off'], 'must be on or off.').optional(),
  /** Migrates even if older processes run, or seem to. Default: false. */
  BRIM_MIGRATE_BESIDE_OLDER: trueOrFalse.optional(),
  /** Customers whose changes one transaction may write. Default: as many as are fastest. */
  BRIM_CUSTOMERS_PER_BATCH: count(MOST_CUSTOMERS).optional(),

  /** For how many days idempotency keys are remembered, by default 90. */
  BRIM_IDEMPOTENCY_DAYS: count(MOST_DAYS).optional(),
  /** For how many days the audit log is kept, by default 400. */
  BRIM_AUDIT_DAYS: count(MOST_DAYS).optional(),
  /** For how many days Stripe's events are kept as they came, by default 400. */
  BRIM_PAYMENT_EVENT_DAYS: count(MOST_DAYS).optional(),
  /** For how many days the log of deliveries of webhooks is kept, by default 30. */
  BRIM_WEBHOOK_LOG_DAYS: count(MOST_DAYS).optional(),

  /** Points that a customer token may spend per minute, by default 300,000. */
  BRIM_POINTS_PER_TOKEN: count(MOST_POINTS).optional(),
  /** Points that all tokens of a customer may spend per minute, by default 600,000. */
  BRIM_POINTS_PER_CUSTOMER: count(MOST_POINTS).optional(),
  /** Points that a secret key may spend per minute, by default 60,000,000. */
  BRIM_POINTS_PER_KEY: count(MOST_POINTS).optional(),
  /** Sockets and event streams of this process, by default 10,000. */
  BRIM_MAX_CONNECTIONS: count(MOST_POINTS).optional(),
};

/** The values of all variables. */
export type Variables = z.output<z.ZodObject<typeof VARIABLES>>;
