/** Where all time comes from. Tests inject their own. */
export interface Clock {
  /** The present instant, in whole milliseconds. */
  now(): Date;
}

export const systemClock: Clock = { now: () => new Date() };
