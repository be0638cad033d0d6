/** The account and mode to which Stripe objects belong. */
export interface Realm {
  /** Stripe's id of the account; null while it is not known, or where the key may not ask. */
  readonly account: string | null;
  readonly live: boolean;
}

/** The sandbox's, which is a Stripe of Brim's own. */
export const SANDBOX_REALM = { account: 'acct_brimsandbox', live: false } as const satisfies Realm;

/** A key shows whether it moves real money: sk_live_…, rk_test_…. */
export function isLiveKey(secretKey: string): boolean {
  return /^[a-z]+_live_/.test(secretKey);
}
