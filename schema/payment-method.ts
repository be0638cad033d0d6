import type { SavedMethod } from '../src/purchases/model/provider-methods.ts';
import { builder } from './builder.ts';

export const PaymentMethodRef = builder.objectRef<SavedMethod>('PaymentMethod').implement({
  description:
    'A card, or another way to pay, that a customer has saved with the payment provider. Brim ' +
    'knows no more of it than it shows.',
  fields: (t) => ({
    brand: t.exposeString('brand', {
      description:
        'The brand of the card, such as visa or amex; or what it is where it is no card, such as ' +
        'link or sepa_debit.',
    }),
    last4: t.exposeString('last4', {
      description: 'The last four characters of its number; empty where it has none.',
    }),
    expiresMonth: t.exposeInt('expiresMonth', {
      nullable: true,
      description: 'The month in which the card expires, 1 to 12; null where it does not expire.',
    }),
    expiresYear: t.exposeInt('expiresYear', {
      nullable: true,
      description: 'The year in which the card expires; null where it does not expire.',
    }),
  }),
});
