/**
 * Finds variables that Brim does not read, but that look like a misspelt one it does. Each is
 * reported at the start, because a misspelt name otherwise means a default that nobody chose.
 */

/** Read by the project's own scripts and tests. */
const NAMES_OF_TESTS = ['BRIM_LONG', 'BRIM_TEST_LOG', 'BRIM_SEED'];

/** Other names that platforms and people use for the same thing. */
const SYNONYMS: Readonly<Record<string, RegExp>> = {
  DATABASE_URL:
    /^(PG|DB|POSTGRES|POSTGRESQL|DATABASE|SQL)_?(URL|URI|DSN|CONNECTION(_STRING)?|PRISMA_URL|CONNECTION_URL)$|^PGHOST$/,
  STRIPE_SECRET_KEY: /^STRIPE_(API_|PRIVATE_)?(KEY|SECRET)$/,
  STRIPE_WEBHOOK_SECRET: /^STRIPE_(WEBHOOK_(SIGNING_SECRET|KEY)|SIGNING_SECRET|ENDPOINT_SECRET)$/,
  CORS_ORIGINS: /^(ALLOWED|CORS)_(ALLOWED_)?(ORIGINS?|HOSTS)$/,
};

/**
 * A sentence for each set variable that Brim does not read, but that seems to be meant for it.
 * @param known Every variable that is read.
 */
export function describeUnknownVariables(names: readonly string[], known: readonly string[]): readonly string[] {
  const isFree = (name: string) => !names.includes(name);
  return names.flatMap((name) => {
    if (known.includes(name) || NAMES_OF_TESTS.includes(name)) return [];
    const meant = known.find((each) => isFree(each) && (isMisspelling(name, each) || SYNONYMS[each]?.test(name)));
    if (meant !== undefined) return [`${name} is set, and not read. Is ${meant} meant?`];
    return name.toUpperCase().startsWith('BRIM_') ? [`${name} is set, and not read: there is no such variable.`] : [];
  });
}

/** Short names are similar to too many others, so for them only another case counts. */
function isMisspelling(name: string, known: string): boolean {
  const [given, right] = [name.toUpperCase().replaceAll('-', '_'), known];
  if (given === right) return true;
  const allowed = right.length >= 9 ? 2 : right.length >= 7 ? 1 : 0;
  return Math.abs(given.length - right.length) <= allowed && distance(given, right) <= allowed;
}

/** The number of letters to insert, delete, change, or swap with their neighbour. */
function distance(left: string, right: string): number {
  let [older, old]: [number[], number[]] = [[], Array.from({ length: right.length + 1 }, (_, index) => index)];
  for (let row = 1; row <= left.length; row += 1) {
    const next = [row];
    for (let column = 1; column <= right.length; column += 1) {
      const same = left[row - 1] === right[column - 1];
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1];
      next[column] = Math.min(
        (old[column] ?? 0) + 1,
        (next[column - 1] ?? 0) + 1,
        (old[column - 1] ?? 0) + (same ? 0 : 1),
        swapped ? (older[column - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY,
      );
    }
    [older, old] = [old, next];
  }
  return old[right.length] ?? 0;
}
