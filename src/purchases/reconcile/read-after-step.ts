import type { Purchase } from '../model/types.ts';

/**
 * Reads a purchase again after a step of it, because others may have changed it.
 * @param known the purchase as the step left it. It is the answer where the step was done and the
 * purchase cannot be read.
 * @throws UnreadableError where the step was not done and the purchase cannot be read.
 */
export async function readAfterStep(
  find: (purchaseId: string) => Promise<Purchase | null>,
  known: Purchase,
  isDone: boolean,
): Promise<Purchase> {
  const reading = find(known.id);
  return (await (isDone ? reading.catch(() => known) : reading)) ?? known;
}
