/** Work that becomes due with time. The scheduler runs it. */
export interface DueWork {
  /** Its name in logs. */
  readonly name: string;
  /**
   * After so long at most, what others made due without a word is seen. Left out: after 5 s.
   */
  readonly lookEveryMs?: number;
  /** The nearest instant at which something is due, also past ones; null where nothing is. */
  nextAt(): Promise<Date | null>;
  /**
   * Does what is due at `now`; some of it, if there is much. Running it twice, or in two processes
   * at once, does it once.
   * @returns how much was done; 0 where nothing was due.
   */
  run(now: Date): Promise<number>;
  /**
   * Does some of what is due until then, each item as if at its own instant, before the clock has
   * reached it. Left out where an item at one instant may affect other work.
   * @returns how much was done; 0 where nothing was due.
   */
  runAhead?(until: Date): Promise<number>;
}
