/** The source of the present time. Tests inject their own. */
export interface Clock {
  /** The present instant, in whole milliseconds. */
  now(): Date;
  /**
   * Converts an instant that the database has just reported to the present instant of this clock.
   * Unset where `now` is not based on the database's time.
   */
  readonly fromDatabase?: (reported: Date) => Date;
}

export const systemClock: Clock = { now: () => new Date() };
