import type { EndPurchaseDeps } from '../end/end-purchase.ts';

/** What a return needs: the provider, the ledger, and the plans that end and come back. */
export type ReturnsDeps = EndPurchaseDeps;
