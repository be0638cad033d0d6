/** Giving money back, and ending purchases. */
import type { CancelTime, PurchaseRowFragment } from '../documents/generated/graphql.ts';
import { ConsoleCancelText, ConsoleRefundText } from '../documents/generated/texts.ts';
import { moneyText, type Sum } from '../words/money-text.ts';
import { type Action, orNull } from './action.ts';
import { refusalIn } from './refusal.ts';

export function refundAction({ id, plan }: PurchaseRowFragment, refundable: Sum): Action {
  const sum = (amount: string | undefined): Sum => ({ ...refundable, amount: orNull(amount) ?? refundable.amount });
  return {
    title: `Refund ${plan.name}`,
    fields: [
      {
        ...{ name: 'amount', label: `Amount in ${refundable.currency.toUpperCase()}`, kind: 'decimal' },
        hint: `Left empty: all of ${moneyText(refundable)}.`,
      },
      { name: 'reason', label: 'Reason', kind: 'text', isRequired: true, hint: 'The customer may see it.' },
    ],
    initial: { amount: '', reason: '' },
    verb: ({ amount }) => `Refund ${moneyText(sum(amount))}`,
    summary: ({ amount }) =>
      `${moneyText(sum(amount))} of ${plan.name} goes back to the customer, and what it granted is taken back in proportion.`,
    done: ({ amount }) => `${moneyText(sum(amount))} goes back to the customer.`,
    async send(ask, { amount, reason }, idempotencyKey) {
      const part = orNull(amount) === null ? {} : { amount: sum(amount) };
      const input = { purchaseId: id, idempotencyKey, reason: orNull(reason), ...part };
      return refusalIn((await ask(ConsoleRefundText, { input })).refundPurchase);
    },
  };
}

const TIMES: readonly { readonly value: CancelTime; readonly label: string; readonly says: string }[] = [
  { value: 'PERIOD_END', label: 'At the end of its period', says: 'ends with its period' },
  { value: 'NOW', label: 'Now', says: 'ends now, and what it includes is gone' },
];

/** Canceling twice cancels once, so it needs no key. */
export function cancelAction({ id, plan, status }: PurchaseRowFragment): Action {
  const times = status === 'PENDING' ? TIMES.filter(({ value }) => value === 'NOW') : TIMES;
  const timeOf = (when: string | undefined) => times.find(({ value }) => value === when) ?? times[0];
  return {
    title: `Cancel ${plan.name}`,
    fields: [
      { name: 'when', label: 'When', kind: 'choice', choices: times },
      { name: 'reason', label: 'Reason', kind: 'text', isRequired: true, hint: 'It is kept in the audit log.' },
    ],
    initial: { when: times[0]?.value ?? 'NOW', reason: '' },
    verb: () => 'Cancel the purchase',
    summary: ({ when }) => `${plan.name} ${timeOf(when)?.says}. What was bought once stays, and no money goes back.`,
    done: () => `${plan.name} is canceled.`,
    async send(ask, { when, reason }) {
      const input = { purchaseId: id, when: timeOf(when)?.value ?? 'NOW', reason: orNull(reason) };
      const { cancelPurchase } = await ask(ConsoleCancelText, { input });
      if (cancelPurchase?.__typename === 'CancelPurchaseSuccess' && cancelPurchase.outcome === 'PAID_INSTEAD')
        return { message: 'The customer paid before the payment page could be closed. Nothing was canceled.', issues: [] };
      return refusalIn(cancelPurchase);
    },
  };
}
