/**
 * The fixture of most tests: a Brim that sells a catalogue, and small verbs that ask it as its
 * users do.
 */
export * from './shop/auto-top-ups.ts';
export * from './shop/balances.ts';
export * from './shop/catalogue.ts';
export * from './shop/changes.ts';
export * from './shop/clocks.ts';
export * from './shop/corrections.ts';
export * from './shop/credits.ts';
export * from './shop/customers.ts';
export * from './shop/holds.ts';
export * from './shop/ledgers.ts';
export * from './shop/open.ts';
export * from './shop/purchases.ts';
export * from './shop/recurring.ts';
export * from './shop/top-ups.ts';
export * from './shop/usage-limits.ts';
