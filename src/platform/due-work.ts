/** Work that time brings: what a scheduler asks the parts of Brim that have some. */
export interface DueWork {
  /** Names it in logs. */
  readonly name: string;
  /** The nearest instant at which something is due, past ones too; null where nothing is. */
  nextAt(): Promise<Date | null>;
  /**
   * Does what is due at `now`, some of it if there is much. Doing it twice, or in two processes at once, does it once.
   * @returns how much was done; 0 where nothing was due.
   */
  run(now: Date): Promise<number>;
  /**
   * Does some of what is due until then, each thing as if it were done at its own instant, the clock being before it. Left out where
   * what is done at one instant may concern other work.
   * @returns how much was done; 0 where nothing was due.
   */
  runAhead?(until: Date): Promise<number>;
}
