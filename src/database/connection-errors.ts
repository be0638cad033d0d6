/**
 * Explains in words why a connection to PostgreSQL failed, from the error that Node or
 * node-postgres threw. Pure.
 */

export interface ConnectionFailure {
  /** A sentence; {place} stands for host and port, {database} for the database's name. */
  readonly what: string;
  /** What the operator can do. */
  readonly advice: string;
  /** True where the same attempt may succeed in a moment. */
  readonly isTransient: boolean;
  /** False where only the error's own message is known. */
  readonly isKnown: boolean;
}

const passing = (what: string, advice: string): ConnectionFailure => ({ what, advice, isTransient: true, isKnown: true });
const lasting = (what: string, advice: string): ConnectionFailure => ({ what, advice, isTransient: false, isKnown: true });

const SILENT = passing(
  'the database server at {place} does not answer.',
  'Are host and port right, and does a firewall let this machine through?',
);
const CUT = passing(
  'the database server at {place} closed the connection at once.',
  'Is it PostgreSQL that listens there, and has its log a reason?',
);
const UNTRUSTED = lasting(
  'the certificate of the database server at {place} is not one that this machine trusts.',
  'Name the certificate of its authority with sslrootcert=… in the URL; or, within a network of your own, use sslmode=no-verify.',
);
const STOPPING = passing('the database server at {place} is starting or stopping.', 'Try again when it takes connections.');

/** Codes of Node's sockets and TLS, and SQLSTATEs. */
const BY_CODE: Readonly<Record<string, ConnectionFailure>> = {
  ECONNREFUSED: passing(
    'nothing takes connections at {place}.',
    'Is the database server started, does it listen on that address, and is the port right?',
  ),
  ENOENT: passing('there is no database server at the socket {place}.', 'Is it started, and is that its socket folder?'),
  ENOTFOUND: passing('the host of {place} is not known here.', 'Is its name right, and can this machine look it up?'),
  EAI_AGAIN: passing('the host of {place} cannot be looked up now.', 'Does this machine reach its name server?'),
  ETIMEDOUT: SILENT,
  EHOSTUNREACH: SILENT,
  ENETUNREACH: SILENT,
  ECONNRESET: CUT,
  EPIPE: CUT,
  DEPTH_ZERO_SELF_SIGNED_CERT: UNTRUSTED,
  SELF_SIGNED_CERT_IN_CHAIN: UNTRUSTED,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNTRUSTED,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNTRUSTED,
  CERT_HAS_EXPIRED: UNTRUSTED,
  ERR_TLS_CERT_ALTNAME_INVALID: UNTRUSTED,
  '25006': lasting(
    'the database server at {place} only reads: it is a standby, or was set so.',
    'Brim writes: give it the address of the primary.',
  ),
  '28P01': lasting(
    'the database server at {place} refuses the user or the password.',
    'Check both; in a URL, signs such as @ : / % # are written percent-encoded.',
  ),
  '28000': lasting(
    'the database server at {place} does not let this user in from here.',
    'See pg_hba.conf of the server. If it asks for encryption, add sslmode=require to the URL.',
  ),
  '3D000': lasting('the database server at {place} has no database {database}.', 'Make it: CREATE DATABASE {database};'),
  '42501': lasting(
    'the role of this URL may not make tables in the database {database} at {place}.',
    'Give it the database: ALTER DATABASE {database} OWNER TO …; or the right to create in its schema public.',
  ),
  '53300': passing(
    'the database server at {place} takes no more connections.',
    'Close what others have open, or raise max_connections.',
  ),
  '57P01': STOPPING,
  '57P02': STOPPING,
  '57P03': STOPPING,
};

const BY_WORDS: readonly (readonly [RegExp, ConnectionFailure])[] = [
  [/does not support SSL/i, lasting('the database server at {place} has no encryption.', 'Take sslmode out of the URL.')],
  [/SASL.*password|client password must be a string/i, lasting('{place} asks for a password.', 'Put one into the URL.')],
  [/timeout/i, SILENT],
  [/terminated/i, CUT],
  [
    /invalid response|unexpected message|unknown message/i,
    lasting('what answers at {place} is not PostgreSQL.', 'Is the port right?'),
  ],
];

/** Explains the first known error among this one, its causes and its parts. */
export function connectionFailureOf(error: unknown): ConnectionFailure {
  const all = [...causesOf(error)];
  for (const { code } of all) if (typeof code === 'string' && BY_CODE[code]) return BY_CODE[code];
  for (const { message } of all) {
    const found = BY_WORDS.find(([words]) => words.test(message));
    if (found) return found[1];
  }
  const words = all.map(({ message }) => message).find((message) => message !== '') ?? String(error);
  return { what: `the database server at {place} cannot be used: ${words}`, advice: '', isTransient: false, isKnown: false };
}

/** Node collects the failures of all addresses of a name in an AggregateError. */
function* causesOf(error: unknown): Generator<Error & { readonly code?: unknown }> {
  if (!(error instanceof Error)) return;
  yield error;
  if (error instanceof AggregateError) for (const each of error.errors) yield* causesOf(each);
  yield* causesOf(error.cause);
}
