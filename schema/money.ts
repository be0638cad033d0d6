import type { Money } from '../src/values/money.ts';
import { builder } from './builder.ts';

export const MoneyType = builder.objectRef<Money>('Money').implement({
  description: 'An exact sum of money: { amount: "10", currency: "usd" } is ten dollars.',
  fields: (t) => ({
    amount: t.expose('amount', {
      type: 'Decimal',
      description: 'In major units, such as dollars: "0.5" is fifty cents.',
    }),
    currency: t.exposeString('currency', {
      description: 'The ISO 4217 code in lower case, such as "usd".',
    }),
  }),
});

export const MoneyInput = builder.inputType('MoneyInput', {
  description:
    'A sum of money that a price asks: { amount: "10", currency: "usd" } is ten ' + 'dollars.',
  fields: (t) => ({
    amount: t.field({
      type: 'Decimal',
      required: true,
      description:
        'In major units, such as dollars: zero or above, at most 15 digits before the ' +
        'point, and no more decimal places than the currency has.',
    }),
    currency: t.string({
      required: true,
      description: 'The ISO 4217 code, such as "usd", in upper or lower case.',
    }),
  }),
});
