/**
 * For rooms with transactions of their own: an event of an auto top-up, for example. Events of
 * customers, purchases, refunds and disputes are written by triggers, and those of balances with
 * their entries (entry-events.ts).
 */
export { insertEvent as recordEvent } from '../tables/events.ts';
