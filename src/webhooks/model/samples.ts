/** What a test event of each type says. Its ids name nothing. */
import type { WebhookEventType } from './types.ts';

const AT = '2026-01-31T12:00:00.000Z';
const money = { amount: '10', currency: 'usd' };
const balance = {
  ...{ id: 'user_123/premium_messages', customerId: 'user_123', featureId: 'premium_messages' },
  ...{
    granted: '110',
    usage: '110',
    remaining: '0',
    held: '0',
    unlimited: false,
    nextResetAt: null,
    nextExpiryAt: null,
    version: 7,
  },
};
const entry = { id: 'user_123:7', sequence: 7, kind: 'USAGE', amount: '-5', occurredAt: AT };
const purchase = {
  ...{ id: 'pu_test', customerId: 'user_123', planId: 'top_up', planVersion: 1, status: 'ACTIVE', revision: 2 },
  ...{
    featureQuantities: [{ featureId: 'premium_messages', quantity: '100' }],
    total: money,
    charged: money,
    failureReason: null,
  },
  ...{ currentPeriodStart: null, currentPeriodEnd: null, cancelAtPeriodEnd: false, createdAt: AT, settledAt: AT },
};
const payment = {
  ...{ id: 'pay_test', purchaseId: 'pu_test', customerId: 'user_123', status: 'SUCCEEDED', amount: money, createdAt: AT },
};
const autoTopUp = {
  ...{ customerId: 'user_123', featureId: 'premium_messages', planId: 'top_up', threshold: '20', quantity: '100' },
  ...{ status: 'IDLE', purchaseId: 'pu_test', failureReason: null, nextAttemptAt: null },
};
const declined = { purchaseId: null, failureReason: 'Your card was declined.' };

export const SAMPLES: Readonly<Record<WebhookEventType, object>> = {
  BALANCE_LOW: {
    balance: { ...balance, remaining: '9', usage: '101' },
    entry,
    alert: { id: 'al_test', below: '10', belowPercentage: null },
  },
  BALANCE_EXHAUSTED: { balance, entry },
  BALANCE_RECOVERED: {
    balance: { ...balance, granted: '210', remaining: '100' },
    entry: { ...entry, kind: 'GRANT', amount: '100' },
  },
  PURCHASE_SETTLED: { purchase },
  PURCHASE_FAILED: {
    purchase: { ...purchase, status: 'FAILED', charged: null, failureReason: declined.failureReason, settledAt: null },
  },
  PURCHASE_PAST_DUE: { purchase: { ...purchase, status: 'PAST_DUE' } },
  PURCHASE_ENDED: { purchase: { ...purchase, status: 'CANCELED' } },
  PAYMENT_REFUNDED: { payment, refund: { id: 'ref_test', status: 'SUCCEEDED', amount: money, createdAt: AT } },
  PAYMENT_DISPUTED: { payment, dispute: { id: 'dsp_test', status: 'OPEN', amount: money, openedAt: AT, closedAt: null } },
  AUTO_TOP_UP_SUCCEEDED: { autoTopUp },
  AUTO_TOP_UP_FAILED: { autoTopUp: { ...autoTopUp, ...declined, status: 'BACKING_OFF', nextAttemptAt: AT } },
  AUTO_TOP_UP_SUSPENDED: { autoTopUp: { ...autoTopUp, ...declined, status: 'SUSPENDED' } },
  USAGE_LIMIT_REACHED: {
    usageLimit: {
      ...{
        id: 'user_123/premium_messages/1_DAY',
        customerId: 'user_123',
        featureId: 'premium_messages',
        per: { unit: 'DAY', count: 1 },
      },
      ...{ max: '50', used: '50', held: '0', remaining: '0', resetsAt: AT },
    },
  },
  CUSTOMER_CREATED: { customer: { id: 'user_123', createdAt: AT } },
};
