/** What is known of a customer who may buy. */
export interface Buyer {
  /** The base plans that it has. It can only buy more of them. */
  readonly basePlanIds: readonly string[];
  /** The currency of its newest purchase that cost something; undefined where it never bought. */
  readonly currency: string | undefined;
}
