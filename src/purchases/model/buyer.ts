/** What is known of a customer who may buy. */
export interface Buyer {
  /** The base plans that it has. It can only buy more of them. */
  readonly basePlanIds: readonly string[];
  /** The currency in which it paid last; undefined where it never paid. */
  readonly currency: string | undefined;
}
