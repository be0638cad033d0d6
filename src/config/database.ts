/**
 * Reads where the database is. Production has to say so: it gets an embedded server only on
 * request.
 */
import { type Read, type Refuse, readSwitch, readUrl } from './read.ts';

const RIGHT = 'It must be like postgresql://brim:password@db.example:5432/brim.';

/** @returns undefined where the embedded server is to be used. */
export function readDatabaseUrl(read: Read, production: boolean, refuse: Refuse): string | undefined {
  const url = readPostgresUrl('DATABASE_URL', read, refuse);
  const isGiven = read('DATABASE_URL') !== undefined;
  const embedded = readSwitch('BRIM_EMBEDDED_DATABASE', read, !production && !isGiven, refuse);
  if (isGiven && embedded) refuse('BRIM_EMBEDDED_DATABASE', 'must not be true where DATABASE_URL is set: unset one of them.');
  if (!isGiven && !embedded) {
    const otherwise =
      'For a database server that Brim starts itself, with its files in BRIM_DATA_DIR, set BRIM_EMBEDDED_DATABASE=true.';
    const why = production ? 'is required in production.' : 'is required where BRIM_EMBEDDED_DATABASE is false.';
    refuse('DATABASE_URL', `${why} ${RIGHT} ${otherwise}`);
  }
  return url;
}

/** @returns undefined where DATABASE_URL connects to the database itself. */
export function readDatabaseDirectUrl(read: Read, refuse: Refuse): string | undefined {
  const url = readPostgresUrl('DATABASE_DIRECT_URL', read, refuse);
  if (url === undefined || read('DATABASE_URL') !== undefined) return url;
  return refuse('DATABASE_DIRECT_URL', 'must be unset where DATABASE_URL is: it leads to the same database past a pooler.');
}

function readPostgresUrl(name: string, read: Read, refuse: Refuse): string | undefined {
  const url = readUrl(name, read, ['postgres:', 'postgresql:'], refuse);
  if (url === undefined || canDecode(new URL(url))) return url;
  return refuse(name, 'must not have a % that begins no percent-encoding: in a user name or password write %25 for it.');
}

function canDecode({ username, password, pathname }: URL): boolean {
  try {
    return [username, password, pathname].map(decodeURIComponent).length > 0;
  } catch {
    return false;
  }
}
