/**
 * The code of a failed system call or a refused SQL statement, such as ENOENT or 57P03; undefined
 * where there is none.
 */
export function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}
