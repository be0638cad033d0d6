/** What the plugin refuses, for an app that has its own words for it. */
export const BRIM_ERROR_CODES = {
  BRIM_UNAVAILABLE: {
    code: 'BRIM_UNAVAILABLE',
    message: 'Balances cannot be reached at the moment. Try again.',
  },
  CUSTOMER_NOT_FOUND: {
    code: 'CUSTOMER_NOT_FOUND',
    message: 'This user is not a customer yet.',
  },
  CUSTOMER_NOT_ERASABLE: {
    code: 'CUSTOMER_NOT_ERASABLE',
    message: 'A purchase, a payment or a hold of this user is still open. End it first.',
  },
} as const;
