import { WEBHOOK_EVENT_TYPES, type WebhookEventType } from '../src/webhooks/model/types.ts';
import { builder } from './builder.ts';

const descriptions: Record<WebhookEventType, string> = {
  BALANCE_LOW: 'A balance fell below the amount of an alert.',
  BALANCE_EXHAUSTED: 'Nothing of a balance is left to use: `remaining` fell to 0 or below.',
  BALANCE_RECOVERED: 'There is something to use again of a balance that was exhausted.',
  PURCHASE_SETTLED:
    'A purchase became ACTIVE: it was paid, or costs nothing. Also sent if it was PAST_DUE ' +
    'and is paid by now.',
  PURCHASE_FAILED: 'The payment of a purchase failed: it is FAILED.',
  PURCHASE_PAST_DUE: 'A renewal is not paid: the purchase is PAST_DUE.',
  PURCHASE_ENDED:
    'A purchase is CANCELED, EXPIRED or REFUNDED, paid or not: its status says which.',
  PAYMENT_REFUNDED:
    'Money of a payment was given back. Sent again, with the status FAILED, if that fails ' +
    'afterwards.',
  PAYMENT_DISPUTED:
    "A customer's bank asked for a payment back, or such a dispute was WON or LOST.",
  AUTO_TOP_UP_SUCCEEDED: 'A balance was topped up by itself.',
  AUTO_TOP_UP_FAILED: 'An automatic top-up failed, and is tried again later.',
  AUTO_TOP_UP_SUSPENDED: 'Automatic top-ups of a balance stopped until somebody does something.',
  USAGE_LIMIT_REACHED: 'A usage limit leaves nothing any more: all of it is used or held.',
  CUSTOMER_CREATED: 'A customer was created by createCustomer.',
};

export const WebhookEventTypeEnum = builder.enumType('WebhookEventType', {
  description: 'What Brim can tell an endpoint of your app about.',
  values: Object.fromEntries(
    WEBHOOK_EVENT_TYPES.map((type) => [type, { value: type, description: descriptions[type] }]),
  ) as {
    [Type in WebhookEventType]: { value: Type; description: string };
  },
});
