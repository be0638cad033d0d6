/**
 * How long tests wait. All their deadlines scale with TEST_PATIENCE: a busy machine needs more
 * time, and a test that passes never waits for its deadline.
 */

/** 3 where the variable is unset: enough beside four busy loops on two cores. */
const TEST_PATIENCE = Number(process.env['TEST_PATIENCE'] ?? 3);

/** A deadline of a test. @param quietMs what is ample on a quiet machine. */
export function patience(quietMs: number): number {
  return quietMs * TEST_PATIENCE;
}

/** For what is awaited without a deadline of its own. */
export const PATIENCE_MS = patience(10_000);
