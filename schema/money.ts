import type { Money } from '../src/values/money.ts';
import { builder } from './builder.ts';

export const MoneyType = builder.objectRef<Money>('Money').implement({
  description: 'An exact sum in major units: { amount: "10", currency: "usd" } is ten dollars.',
  fields: (t) => ({
    amount: t.expose('amount', { type: 'Decimal', description: 'In major units.' }),
    currency: t.exposeString('currency', { description: 'ISO 4217, in small letters.' }),
  }),
});

export const MoneyInput = builder.inputType('MoneyInput', {
  description: 'A sum in major units.',
  fields: (t) => ({
    amount: t.field({
      type: 'Decimal',
      required: true,
      description: 'In major units, with no more places than the currency has.',
    }),
    currency: t.string({ required: true, description: 'ISO 4217: "usd".' }),
  }),
});
