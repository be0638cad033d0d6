/** Made from src/webhooks/model/payloads.ts by `npm run generate`. Do not edit. */

/** A balance as the entry left it. */
export interface WebhookBalance {
  readonly id: string;
  readonly customerId: string;
  readonly featureId: string;
  readonly granted: string;
  readonly usage: string;
  readonly remaining: string;
  readonly held: string;
  readonly unlimited: boolean;
  readonly nextResetAt: string | null;
  readonly nextExpiryAt: string | null;
  /** It only rises: who holds version 7 ignores version 6. */
  readonly version: number;
}

/** The ledger entry that moved the balance. */
export interface WebhookEntry {
  readonly id: string;
  readonly sequence: number;
  readonly kind: string;
  readonly amount: string;
  readonly occurredAt: string;
}

/** The alert that the balance fell below. */
export interface WebhookAlert {
  readonly id: string;
  readonly below: string | null;
  readonly belowPercentage: number | null;
}

/** A purchase as the event left it. */
export interface WebhookPurchase {
  readonly id: string;
  readonly customerId: string;
  readonly planId: string;
  readonly planVersion: number;
  readonly status: 'PENDING' | 'ACTIVE' | 'FAILED' | 'EXPIRED' | 'CANCELED' | 'REFUNDED' | 'PAST_DUE';
  /** It only rises: who holds revision 3 ignores revision 2. */
  readonly revision: number;
  readonly featureQuantities: readonly {
    readonly featureId: string;
    readonly quantity: string;
  }[];
  readonly total: WebhookMoney | null;
  readonly charged: WebhookMoney | null;
  readonly failureReason: string | null;
  readonly currentPeriodStart: string | null;
  readonly currentPeriodEnd: string | null;
  readonly cancelAtPeriodEnd: boolean;
  readonly createdAt: string;
  readonly settledAt: string | null;
}

/** In major units: { "amount": "10", "currency": "usd" } is ten dollars. */
export interface WebhookMoney {
  readonly amount: string;
  readonly currency: string;
}

export interface WebhookPayment {
  readonly id: string;
  readonly purchaseId: string;
  readonly customerId: string;
  readonly status: 'PENDING' | 'SUCCEEDED' | 'FAILED';
  readonly amount: WebhookMoney;
  readonly createdAt: string;
}

export interface WebhookRefund {
  readonly id: string;
  readonly status: 'PENDING' | 'SUCCEEDED' | 'FAILED';
  readonly amount: WebhookMoney;
  readonly createdAt: string;
}

export interface WebhookDispute {
  readonly id: string;
  readonly status: 'OPEN' | 'WON' | 'LOST';
  readonly amount: WebhookMoney;
  readonly openedAt: string;
  readonly closedAt: string | null;
}

export interface WebhookAutoTopUp {
  readonly customerId: string;
  readonly featureId: string;
  readonly planId: string;
  readonly threshold: string;
  readonly quantity: string;
  readonly status: 'IDLE' | 'CHARGING' | 'BACKING_OFF' | 'SUSPENDED' | 'DISABLED';
  /** The purchase of the attempt; null where none was made. */
  readonly purchaseId: string | null;
  readonly failureReason: string | null;
  readonly nextAttemptAt: string | null;
}

export interface WebhookUsageLimit {
  readonly id: string;
  readonly customerId: string;
  readonly featureId: string;
  readonly per: WebhookInterval;
  readonly max: string;
  readonly used: string;
  readonly held: string;
  readonly remaining: string;
  readonly resetsAt: string;
}

export interface WebhookInterval {
  readonly unit: 'MINUTE' | 'HOUR' | 'DAY' | 'WEEK' | 'MONTH' | 'QUARTER' | 'SEMI_ANNUAL' | 'YEAR';
  readonly count: number;
}

export interface WebhookCustomer {
  readonly id: string;
  readonly createdAt: string;
}

/** The data of each type of event. */
export interface WebhookEventData {
  BALANCE_LOW: {
    readonly balance: WebhookBalance;
    readonly entry: WebhookEntry;
    readonly alert: WebhookAlert;
  };
  BALANCE_EXHAUSTED: {
    readonly balance: WebhookBalance;
    readonly entry: WebhookEntry;
  };
  BALANCE_RECOVERED: {
    readonly balance: WebhookBalance;
    readonly entry: WebhookEntry;
  };
  PURCHASE_SETTLED: {
    readonly purchase: WebhookPurchase;
  };
  PURCHASE_FAILED: {
    readonly purchase: WebhookPurchase;
  };
  PURCHASE_PAST_DUE: {
    readonly purchase: WebhookPurchase;
  };
  PURCHASE_ENDED: {
    readonly purchase: WebhookPurchase;
  };
  PAYMENT_REFUNDED: {
    readonly payment: WebhookPayment;
    readonly refund: WebhookRefund;
  };
  PAYMENT_DISPUTED: {
    readonly payment: WebhookPayment;
    readonly dispute: WebhookDispute;
  };
  AUTO_TOP_UP_SUCCEEDED: {
    readonly autoTopUp: WebhookAutoTopUp;
  };
  AUTO_TOP_UP_FAILED: {
    readonly autoTopUp: WebhookAutoTopUp;
  };
  AUTO_TOP_UP_SUSPENDED: {
    readonly autoTopUp: WebhookAutoTopUp;
  };
  USAGE_LIMIT_REACHED: {
    readonly usageLimit: WebhookUsageLimit;
  };
  CUSTOMER_CREATED: {
    readonly customer: WebhookCustomer;
  };
}
