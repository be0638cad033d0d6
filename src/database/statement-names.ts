/**
 * Names for prepared statements. A named statement is parsed and planned once for each connection.
 * For the ledger's few long statements that is most of their cost.
 */

/**
 * Statements with varying text (Prisma writes a parameter for each element of a list) must not fill
 * the server's memory.
 */
const MAX_NAMED_STATEMENTS = 400;
const UNNAMED = '';
const names = new Map<string, string>();

/** The same name for the same text; empty once there are too many. */
export function nameOf(sql: string): string {
  const known = names.get(sql);
  if (known !== undefined) return known;
  if (names.size >= MAX_NAMED_STATEMENTS) return UNNAMED;
  const name = `brim_${names.size}`;
  names.set(sql, name);
  return name;
}
