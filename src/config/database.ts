/**
 * Where the database is. Production has to say so: it gets an embedded server only on request.
 */
import { z } from 'zod';
import { isProduction, type Mode, productionRule, rule } from './rules.ts';
import { refuseFor, url } from './value-schemas.ts';

/** As libpq takes them. A comma in the password is none between hosts. */
const SEVERAL_HOSTS = /^\w+:\/\/([^/?#]*@)?[^/?#@]*,[^/?#@]*([/?#]|$)|[?&]host=[^&]*(,|%2c)/i;

export const postgresUrl = z
  .string()
  .check(
    refuseFor<string>([
      (text) => SEVERAL_HOSTS.test(text),
      'must name one host: Brim does not look for the primary among several. Name an address that leads to it.',
    ]),
  )
  .pipe(
    url(
      ['postgres:', 'postgresql:'],
      [
        (address) => !canDecode(address),
        'must not have a % that begins no percent-encoding: in a user name or password write %25 for it.',
      ],
    ),
  );

interface Variables extends Mode {
  readonly DATABASE_URL?: string | undefined;
  readonly DATABASE_DIRECT_URL?: string | undefined;
  readonly DATABASE_READ_URL?: string | undefined;
  readonly BRIM_EMBEDDED_DATABASE?: 'true' | 'false' | undefined;
}

const RIGHT =
  'It must be like postgresql://brim:password@db.example:5432/brim. For a database server that Brim starts itself, with its files in BRIM_DATA_DIR, set BRIM_EMBEDDED_DATABASE=true.';

export const databaseRules = [
  productionRule<Variables>(
    'DATABASE_URL',
    ({ DATABASE_URL, BRIM_EMBEDDED_DATABASE }) => DATABASE_URL !== undefined || BRIM_EMBEDDED_DATABASE === 'true',
    `is required in production. ${RIGHT}`,
  ),
  rule<Variables>(
    'DATABASE_URL',
    ({ DATABASE_URL, BRIM_EMBEDDED_DATABASE = 'true', ...mode }) =>
      isProduction(mode) || DATABASE_URL !== undefined || BRIM_EMBEDDED_DATABASE === 'true',
    `is required where BRIM_EMBEDDED_DATABASE is false. ${RIGHT}`,
  ),
  rule<Variables>(
    'BRIM_EMBEDDED_DATABASE',
    ({ DATABASE_URL, BRIM_EMBEDDED_DATABASE }) => DATABASE_URL === undefined || BRIM_EMBEDDED_DATABASE !== 'true',
    'must not be true where DATABASE_URL is set: unset one of them.',
  ),
  rule<Variables>(
    'DATABASE_DIRECT_URL',
    ({ DATABASE_URL, DATABASE_DIRECT_URL }) => DATABASE_URL !== undefined || DATABASE_DIRECT_URL === undefined,
    'must be unset where DATABASE_URL is: it leads to the same database past a pooler.',
  ),
  rule<Variables>(
    'DATABASE_READ_URL',
    ({ DATABASE_URL, DATABASE_READ_URL }) => DATABASE_URL !== undefined || DATABASE_READ_URL === undefined,
    'must be unset where DATABASE_URL is: it leads to a standby of that database.',
  ),
];

function canDecode({ username, password, pathname }: URL): boolean {
  try {
    return [username, password, pathname].map(decodeURIComponent).length > 0;
  } catch {
    return false;
  }
}
