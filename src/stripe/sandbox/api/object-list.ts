/** A page of objects, newest first, in the shape of Stripe's lists. */
import type { Kind, Kinds } from '../store/kinds.ts';
import type { Records } from '../store/records.ts';
import { noSuch } from '../wire/api-error.ts';

export interface PageChoice {
  /** What the objects have in common, as in `ObjectChoice`. */
  readonly where: Readonly<Record<string, unknown>>;
  readonly limit: number;
  readonly starting_after?: string | undefined;
}

export interface ObjectList<Item> {
  readonly object: 'list';
  readonly data: Item[];
  readonly has_more: boolean;
  readonly url: string;
}

/** @throws SandboxApiError where `starting_after` names no object of the kind. */
export async function listObjects<K extends Kind>(
  records: Records,
  kind: K,
  { where, limit, starting_after: after }: PageChoice,
  url: string,
): Promise<ObjectList<Kinds[K]>> {
  if (after !== undefined && (await records.find(kind, after)) === undefined) throw noSuch(kind, after, 'starting_after');
  const found = await records.list(kind, { where, after, limit: limit + 1 });
  return { object: 'list', data: found.slice(0, limit), has_more: found.length > limit, url };
}
