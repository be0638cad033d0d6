/** Where all time comes from. Tests inject their own. */
export interface Clock {
  /** The present instant, in whole milliseconds. */
  now(): Date;
  /** Where all time is the database's: the present instant, as the database has just said it. Left out: `now` knows better. */
  readonly saidByDatabase?: (said: Date) => Date;
}

export const systemClock: Clock = { now: () => new Date() };
