/** Reads lists from either end. */

/**
 * SQL of the rows at one end of each list that a statement asks for: the newest, or the oldest
 * where `wanted.from_oldest` says so. Of the two SELECTs, PostgreSQL runs the one that is wanted.
 * @param select Makes a SELECT of what ends it: the order, and the limit of `wanted.most`.
 * @param columns By which the list is ordered.
 */
export function fromEitherEnd(select: (end: string) => string, columns: readonly string[]): string {
  const end = (direction: string) => `${orderBy(columns, direction)} LIMIT wanted.most`;
  return `SELECT * FROM (${select(end('DESC'))}) newest WHERE NOT wanted.from_oldest
    UNION ALL SELECT * FROM (${select(end('ASC'))}) oldest WHERE wanted.from_oldest`;
}

/** ORDER BY these columns, all of them in one direction. */
export function orderBy(columns: readonly string[], direction: string): string {
  return `ORDER BY ${columns.map((column) => `${column} ${direction}`).join()}`;
}
