/**
 * The configuration. This folder is the only reader of environment variables.
 *
 * `readConfig` is a pure function of an environment. It refuses invalid values by the name of their
 * variable, all of them at once, and says what would be right. An empty variable counts as unset.
 * Secrets never appear in a refusal. Variables that belong together are read in a file of their
 * own.
 */

import { LOG_LEVELS, type LogLevel } from '../platform/log.ts';
import { type Allowances, readAllowances } from './allowances.ts';
import { readDatabaseDirectUrl, readDatabaseUrl } from './database.ts';
import { readOrigins } from './origins.ts';
import { type Read, type Refuse, readHost, readPort, readSwitch, readUrl } from './read.ts';
import { readSecrets } from './secrets.ts';
import { readStripe, type StripeConfig } from './stripe.ts';
import { describeUnknownVariables } from './unknown-variables.ts';

export interface Config extends Allowances {
  readonly environment: 'development' | 'production';
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Unset: an embedded Postgres in the data folder. */
  readonly databaseUrl?: string;
  /** The same database without its pooler, for LISTEN and migrations. Unset: `databaseUrl`. */
  readonly databaseDirectUrl?: string;
  readonly dataDir: string;
  /** Migrates even if older processes run, or seem to. */
  readonly migrateBesideOlder?: true;
  /** The newest first. Empty only in development, where one is made and kept. */
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
  /**
   * GraphiQL, introspection and field suggestions. On in development; in production only on
   * request.
   */
  readonly graphiql: boolean;
  /** Lets `advanceClock` move the time. Never in production. */
  readonly testClocks: boolean;
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

/** Pages on the developer's own machine, at any port. */
const DEVELOPMENT_ORIGINS = ['http://localhost:*', 'http://127.0.0.1:*'];

/** @throws ConfigError naming every variable that is invalid, or missing in production. */
export function readConfig(env: Environment): Config {
  const { config, problems } = readAll(env);
  if (problems.length > 0) throw new ConfigError([...problems, ...findUnknownVariables(env)]);
  return config;
}

/** A sentence for each set variable that Brim does not read, but that seems to be meant for it. */
export function findUnknownVariables(env: Environment): readonly string[] {
  const isSet = (name: string) => env[name]?.trim();
  return describeUnknownVariables(Object.keys(env).filter(isSet), [...readAll(env).asked]);
}

/** @returns also the names of all variables that exist. */
function readAll(env: Environment): { config: Config; problems: readonly string[]; asked: ReadonlySet<string> } {
  const problems: string[] = [];
  const asked = new Set<string>();
  const read: Read = (name) => {
    asked.add(name);
    return env[name]?.trim() || undefined;
  };
  const refuse: Refuse = (name, whatIsRight) => {
    problems.push(`${name} ${whatIsRight}`);
    return undefined;
  };

  const environment = readEnvironment(read('NODE_ENV'), refuse);
  const production = environment === 'production';
  const { secretKeys, tokenSecrets } = readSecrets(read, production, refuse);
  const stripe = readStripe(read, production, refuse);
  const databaseUrl = readDatabaseUrl(read, production, refuse);
  const databaseDirectUrl = readDatabaseDirectUrl(read, refuse);
  const publicUrl = readPublicUrl(read, production, refuse);
  if (read('REDIS_URL')) refuse('REDIS_URL', 'is not supported yet: unset it. Postgres carries changes between processes.');

  const config: Config = {
    environment,
    host: readHost(read('HOST'), production ? '0.0.0.0' : '127.0.0.1', refuse),
    port: readPort(read('PORT'), refuse),
    dataDir: read('BRIM_DATA_DIR') ?? '.brim',
    secretKeys,
    tokenSecrets,
    corsOrigins: readOrigins('CORS_ORIGINS', read, refuse) ?? (production ? [] : DEVELOPMENT_ORIGINS),
    returnOrigins: readOrigins('RETURN_ORIGINS', read, refuse) ?? [],
    logLevel: readLogLevel(read('LOG_LEVEL'), refuse),
    graphiql: readSwitch('BRIM_GRAPHIQL', read, !production, refuse),
    testClocks: readTestClocks(read, production, refuse),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(databaseDirectUrl === undefined ? {} : { databaseDirectUrl }),
    ...(readSwitch('BRIM_MIGRATE_BESIDE_OLDER', read, false, refuse) ? { migrateBesideOlder: true as const } : {}),
    ...(stripe === undefined ? {} : { stripe }),
    ...readAllowances(read, refuse),
    ...(publicUrl === undefined ? {} : { publicUrl: publicUrl.replace(/\/+$/, '') }),
  };
  return { config, problems, asked };
}

/**
 * A guess at a misspelt value could start production with development's keys, so nothing is
 * guessed.
 */
function readEnvironment(text: string | undefined, refuse: Refuse): Config['environment'] {
  if (text === 'production') return 'production';
  if (text !== undefined && text !== 'development' && text !== 'test') {
    refuse('NODE_ENV', 'must be "production", "development" or "test"; unset means development.');
  }
  return 'development';
}

function readPublicUrl(read: Read, production: boolean, refuse: Refuse): string | undefined {
  const publicUrl = readUrl('PUBLIC_URL', read, ['http:', 'https:'], refuse);
  const allowsInsecure = readSwitch('BRIM_ALLOW_INSECURE_PUBLIC_URL', read, false, refuse);
  if (publicUrl !== undefined && hasExtras(new URL(publicUrl)))
    return refuse(
      'PUBLIC_URL',
      'must be without a user name, a password, and anything behind ? or #. It must be like https://brim.example.',
    );
  if (!production) return publicUrl;
  if (read('PUBLIC_URL') === undefined)
    refuse(
      'PUBLIC_URL',
      'is required in production: payment pages send customers back there. It must be like https://brim.example.',
    );
  if (publicUrl !== undefined && !allowsInsecure && new URL(publicUrl).protocol === 'http:')
    refuse(
      'PUBLIC_URL',
      'must begin with https:// in production: keys and tokens would be readable on their way. Where that is meant, set BRIM_ALLOW_INSECURE_PUBLIC_URL=true.',
    );
  return publicUrl;
}

function hasExtras({ username, password, search, hash }: URL): boolean {
  return [username, password, search, hash].some((part) => part !== '');
}

function readLogLevel(text: string | undefined, refuse: Refuse): LogLevel {
  const level = LOG_LEVELS.find((known) => known === (text ?? 'info'));
  if (level === undefined) refuse('LOG_LEVEL', `must be one of ${LOG_LEVELS.join(', ')}.`);
  return level ?? 'info';
}

function readTestClocks(read: Read, production: boolean, refuse: Refuse): boolean {
  const testClocks = readSwitch('BRIM_TEST_CLOCKS', read, false, refuse);
  if (testClocks && production) {
    refuse('BRIM_TEST_CLOCKS', 'must be unset in production: with it, anybody with the secret key may move the time.');
  }
  return testClocks;
}
