/**
 * Names for prepared statements. A named statement is parsed and planned once for each connection.
 * For the ledger's few long statements that is most of their cost.
 */

/** The same name for the same text; empty once there are too many. */
export type StatementNames = (sql: string) => string;

/**
 * Statements with varying text (Prisma writes a parameter for each element of a list, and lists
 * have filters) must not fill the server's memory.
 */
const MAX_NAMED_STATEMENTS = 400;
const UNNAMED = '';

/** The names of one pool, so that the texts of one leave those of another their names. */
export function openStatementNames(): StatementNames {
  const names = new Map<string, string>();
  return (sql) => {
    const known = names.get(sql);
    if (known !== undefined) return known;
    if (names.size >= MAX_NAMED_STATEMENTS) return UNNAMED;
    const name = `brim_${names.size}`;
    names.set(sql, name);
    return name;
  };
}
