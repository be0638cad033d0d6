/**
 * The configuration: the only reader of environment variables.
 *
 * `readConfig` is a pure function of an environment. It refuses bad values by name, all of them at once, and says what would be
 * right. An empty variable counts as unset. Secrets never appear in a refusal.
 */
import { LOG_LEVELS, type LogLevel } from './log.ts';

export interface Config {
  readonly environment: 'development' | 'production';
  readonly host: string;
  /** 0: any free port. */
  readonly port: number;
  /** Unset: an embedded Postgres in the data folder. */
  readonly databaseUrl?: string;
  readonly dataDir: string;
  /** The newest first. Empty only in development, which then makes one and keeps it. */
  readonly secretKeys: readonly string[];
  /** Unset only in development, which then makes one and keeps it. */
  readonly tokenSecret?: string;
  /** Unset: the sandbox. */
  readonly stripe?: StripeConfig;
  /** Unset: where it listens. Never ends in a slash. */
  readonly publicUrl?: string;
  /** Origins of web pages that may call; `http://localhost:*` stands for any port. */
  readonly corsOrigins: readonly string[];
  readonly logLevel: LogLevel;
  /** GraphiQL, introspection and field suggestions: on in development, and in production only where asked for. */
  readonly graphiql: boolean;
  /** What a caller may consume; what is unset has its default. */
  readonly pointsPerMinute?: { readonly perToken?: number; readonly perCustomer?: number; readonly perKey?: number };
  /** Sockets and event streams of this process. Unset: 10,000. */
  readonly maxConnections?: number;
  /** Lets `advanceClock` move the time. Never in production. */
  readonly testClocks: boolean;
}

export interface StripeConfig {
  readonly secretKey: string;
  readonly webhookSecret: string;
  readonly apiUrl?: string;
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

/** A page on the developer's own machine, at whatever port its bundler took. */
const DEVELOPMENT_ORIGINS = ['http://localhost:*', 'http://127.0.0.1:*'];
export const SECRET_KEY_PATTERN = /^brim_sk_[A-Za-z0-9_-]+$/;
export const SECRET_KEY_MIN_CHARACTERS = 24;
export const TOKEN_SECRET_MIN_CHARACTERS = 32;
const PORT_MAX = 65_535;

/** @throws ConfigError naming every variable that is wrong, or missing in production. */
export function readConfig(env: Environment): Config {
  const problems: string[] = [];
  const read = (name: string): string | undefined => env[name]?.trim() || undefined;
  const refuse = (name: string, whatIsRight: string): undefined => {
    problems.push(`${name} ${whatIsRight}`);
    return undefined;
  };

  const environment = readEnvironment(read('NODE_ENV'), refuse);
  const production = environment === 'production';
  const secretKeys = readSecretKeys(read('BRIM_SECRET_KEY'), production, refuse);
  const tokenSecret = readTokenSecret(read('BRIM_TOKEN_SECRET'), production, refuse);
  const stripe = readStripe(read, production, refuse);
  const databaseUrl = readUrl('DATABASE_URL', read, ['postgres:', 'postgresql:'], refuse);
  const publicUrl = readUrl('PUBLIC_URL', read, ['http:', 'https:'], refuse);
  if (production && read('PUBLIC_URL') === undefined) {
    refuse(
      'PUBLIC_URL',
      'is required in production: payment pages send customers back there. It must be like https://brim.example.',
    );
  }
  if (read('REDIS_URL')) refuse('REDIS_URL', 'is not supported yet: unset it. Postgres carries changes between processes.');

  const config: Config = {
    environment,
    host: read('HOST') ?? (production ? '0.0.0.0' : '127.0.0.1'),
    port: readPort(read('PORT'), refuse),
    dataDir: read('BRIM_DATA_DIR') ?? '.brim',
    secretKeys,
    corsOrigins: readOrigins(read('CORS_ORIGINS'), refuse) ?? (production ? [] : DEVELOPMENT_ORIGINS),
    logLevel: readLogLevel(read('LOG_LEVEL'), refuse),
    graphiql: readSwitch('BRIM_GRAPHIQL', read('BRIM_GRAPHIQL'), !production, refuse),
    testClocks: readTestClocks(read('BRIM_TEST_CLOCKS'), production, refuse),
    ...(databaseUrl === undefined ? {} : { databaseUrl }),
    ...(tokenSecret === undefined ? {} : { tokenSecret }),
    ...(stripe === undefined ? {} : { stripe }),
    ...readAllowances(read, refuse),
    ...(publicUrl === undefined ? {} : { publicUrl: publicUrl.replace(/\/+$/, '') }),
  };
  if (problems.length > 0) throw new ConfigError(problems);
  return config;
}

type Read = (name: string) => string | undefined;
type Refuse = (name: string, whatIsRight: string) => undefined;

/** A typing error here would start production with development's keys, so nothing is guessed. */
function readEnvironment(text: string | undefined, refuse: Refuse): Config['environment'] {
  if (text === 'production') return 'production';
  if (text !== undefined && text !== 'development' && text !== 'test') {
    refuse('NODE_ENV', 'must be "production", "development" or "test"; unset means development.');
  }
  return 'development';
}

function readPort(text: string | undefined, refuse: Refuse): number {
  const port = text === undefined ? 4_000 : Number(text);
  if (/^\d+$/.test(text ?? '0') && port <= PORT_MAX) return port;
  refuse('PORT', `must be a whole number from 0 (any free port) to ${PORT_MAX}.`);
  return 0;
}

function readSecretKeys(text: string | undefined, production: boolean, refuse: Refuse): readonly string[] {
  const keys = text?.split(',').map((key) => key.trim()) ?? [];
  const right =
    'must be one key, or two with a comma between them while one replaces the other: brim_sk_ and then letters, digits, _ or -, ' +
    `at least ${SECRET_KEY_MIN_CHARACTERS} characters in all.`;
  if (keys.length === 0 && production) refuse('BRIM_SECRET_KEY', `is required in production. It ${right}`);
  if (keys.length > 2 || keys.some((key) => !SECRET_KEY_PATTERN.test(key) || key.length < SECRET_KEY_MIN_CHARACTERS)) {
    refuse('BRIM_SECRET_KEY', right);
  }
  return keys;
}

function readTokenSecret(text: string | undefined, production: boolean, refuse: Refuse): string | undefined {
  const right =
    `must be at least ${TOKEN_SECRET_MIN_CHARACTERS} characters that nobody can guess, ` +
    'such as the output of "openssl rand -base64 48".';
  if (text === undefined) return production ? refuse('BRIM_TOKEN_SECRET', `is required in production. It ${right}`) : undefined;
  return text.length < TOKEN_SECRET_MIN_CHARACTERS ? refuse('BRIM_TOKEN_SECRET', right) : text;
}

function readStripe(read: Read, production: boolean, refuse: Refuse): StripeConfig | undefined {
  const secretKey = read('STRIPE_SECRET_KEY');
  const webhookSecret = read('STRIPE_WEBHOOK_SECRET');
  const apiUrl = readUrl('STRIPE_API_URL', read, ['http:', 'https:'], refuse);
  if (secretKey === undefined) {
    if (production)
      refuse(
        'STRIPE_SECRET_KEY',
        'is required in production: the sandbox takes no real payments. It must be a key of Stripe, sk_… or rk_….',
      );
    if (webhookSecret !== undefined)
      refuse('STRIPE_WEBHOOK_SECRET', 'must be unset without STRIPE_SECRET_KEY: the sandbox has its own.');
    if (apiUrl !== undefined) refuse('STRIPE_API_URL', 'must be unset without STRIPE_SECRET_KEY: the sandbox is used then.');
    return undefined;
  }
  if (!/^(sk|rk)_\S+$/.test(secretKey))
    refuse('STRIPE_SECRET_KEY', 'must be a secret or restricted key of Stripe: sk_… or rk_….');
  if (webhookSecret === undefined) {
    return refuse(
      'STRIPE_WEBHOOK_SECRET',
      'is required with STRIPE_SECRET_KEY. It must be the signing secret of the webhook endpoint, whsec_….',
    );
  }
  if (!/^whsec_\S+$/.test(webhookSecret))
    refuse('STRIPE_WEBHOOK_SECRET', 'must be the signing secret of the webhook endpoint, whsec_….');
  return { secretKey, webhookSecret, ...(apiUrl === undefined ? {} : { apiUrl }) };
}

function readUrl(name: string, read: Read, protocols: readonly string[], refuse: Refuse): string | undefined {
  const text = read(name);
  if (text === undefined) return undefined;
  if (URL.canParse(text) && protocols.includes(new URL(text).protocol)) return text;
  return refuse(name, `must be a URL that begins with ${protocols.map((protocol) => `${protocol}//`).join(' or ')}.`);
}

function readOrigins(text: string | undefined, refuse: Refuse): readonly string[] | undefined {
  if (text === undefined) return undefined;
  const origins = text.split(',').map((origin) => origin.trim());
  if (origins.every(isOrigin)) return origins;
  return refuse(
    'CORS_ORIGINS',
    'must be origins with commas between them, such as https://app.example.com,http://localhost:*; * alone is refused.',
  );
}

/** Scheme, host and port and nothing behind them; the port may be *. */
function isOrigin(text: string): boolean {
  const withPort = text.replace(/:\*$/, ':1');
  return /^https?:/.test(text) && !withPort.includes('*') && URL.canParse(withPort) && new URL(withPort).origin === withPort;
}

function readLogLevel(text: string | undefined, refuse: Refuse): LogLevel {
  const level = LOG_LEVELS.find((known) => known === (text ?? 'info'));
  if (level === undefined) refuse('LOG_LEVEL', `must be one of ${LOG_LEVELS.join(', ')}.`);
  return level ?? 'info';
}

function readAllowances(read: Read, refuse: Refuse): Pick<Config, 'pointsPerMinute' | 'maxConnections'> {
  const count = (name: string): number | undefined => {
    const text = read(name);
    if (text === undefined) return undefined;
    return /^[1-9]\d{0,11}$/.test(text) ? Number(text) : refuse(name, 'must be a whole number above 0, such as 600000.');
  };
  const perToken = count('BRIM_POINTS_PER_TOKEN');
  const perCustomer = count('BRIM_POINTS_PER_CUSTOMER');
  const perKey = count('BRIM_POINTS_PER_KEY');
  const maxConnections = count('BRIM_MAX_CONNECTIONS');
  const pointsPerMinute = {
    ...(perToken === undefined ? {} : { perToken }),
    ...(perCustomer === undefined ? {} : { perCustomer }),
    ...(perKey === undefined ? {} : { perKey }),
  };
  return {
    ...(Object.keys(pointsPerMinute).length === 0 ? {} : { pointsPerMinute }),
    ...(maxConnections === undefined ? {} : { maxConnections }),
  };
}

function readTestClocks(text: string | undefined, production: boolean, refuse: Refuse): boolean {
  const testClocks = readSwitch('BRIM_TEST_CLOCKS', text, false, refuse);
  if (testClocks && production) {
    refuse('BRIM_TEST_CLOCKS', 'must be unset in production: with it, anybody with the secret key may move the time.');
  }
  return testClocks;
}

function readSwitch(name: string, text: string | undefined, otherwise: boolean, refuse: Refuse): boolean {
  if (text === undefined) return otherwise;
  if (text !== 'true' && text !== 'false') refuse(name, 'must be true or false.');
  return text === 'true';
}
