/** Warnings for the operator at each start: settings that are allowed but unusual. */

import { isLoopbackName } from '../values/origin.ts';
import type { Config } from './config.ts';

/** True where only this machine can reach the pages, so that they may contain a key. */
export function isPrivate({ host, publicUrl }: Pick<Config, 'host' | 'publicUrl'>): boolean {
  return isLoopbackName(host) && (publicUrl === undefined || isLoopbackName(new URL(publicUrl).hostname));
}

export function warningsOf(config: Config): readonly string[] {
  const { environment, stripe, publicUrl } = config;
  if (environment === 'development') return isPrivate(config) ? [] : [OPEN_TO_OTHERS];
  return [
    ...(stripe && /^(sk|rk)_test_/.test(stripe.secretKey) ? [TEST_PAYMENTS] : []),
    ...(publicUrl?.startsWith('http:') ? [READABLE] : []),
    ...(config.graphiql ? [SHOWS_SCHEMA] : []),
    ...(config.databaseUrl === undefined ? [OWN_DATABASE] : []),
  ];
}

const OPEN_TO_OTHERS =
  'HOST or PUBLIC_URL lets other machines in, and this is a development server: the demo and the payments answer everybody who can reach it. GraphiQL does not show the secret key. Unset HOST and PUBLIC_URL, or set NODE_ENV=production.';
const TEST_PAYMENTS = 'STRIPE_SECRET_KEY is a test key: nobody pays, and everybody who knows a test card gets what they ask for.';
const READABLE = 'PUBLIC_URL is http: keys, tokens and answers can be read on their way.';
const SHOWS_SCHEMA = 'BRIM_GRAPHIQL is on: everybody can read the schema.';
const OWN_DATABASE = 'The database is in BRIM_DATA_DIR, on this machine alone: its backups are yours to make.';
