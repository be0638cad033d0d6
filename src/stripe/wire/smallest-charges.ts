/**
 * The smallest charges that Stripe accepts, in major units. Source:
 * https://docs.stripe.com/currencies, "Minimum and maximum charge amounts". They hold for an
 * account that is paid out in the currency. Otherwise the converted charge must reach the minimum
 * of the account's own currency. A currency that is not listed has no minimum of its own.
 */
export const SMALLEST_CHARGES: Readonly<Record<string, string>> = {
  ...{ aed: '2', ars: '0.5', aud: '0.5', brl: '0.5', cad: '0.5', chf: '0.5', cop: '0.5', czk: '15', dkk: '2.5', eur: '0.5' },
  ...{ gbp: '0.3', hkd: '4', huf: '175', idr: '0.5', ils: '0.5', inr: '0.5', jpy: '50', krw: '50', mxn: '10', myr: '2' },
  ...{ nok: '3', nzd: '0.5', php: '0.5', pln: '2', ron: '2', rub: '0.5', sek: '3', sgd: '0.5', thb: '10', usd: '0.5' },
  zar: '0.5',
};
