import type { Purchase } from '../model/types.ts';

/**
 * A purchase after a step of it, read again: others may have changed it meanwhile.
 * @param known what the step itself made of it. Where the step was done, that is answered if nothing can be read: it stands.
 * @throws UnreadableError where the step was not done.
 */
export async function readAfterStep(
  find: (purchaseId: string) => Promise<Purchase | null>,
  known: Purchase,
  isDone: boolean,
): Promise<Purchase> {
  const reading = find(known.id);
  return (await (isDone ? reading.catch(() => known) : reading)) ?? known;
}
