/** The receipt of a charge, as it stands now. Pure. */
import type Stripe from 'stripe';
import { amountText } from '../wire/amount-text.ts';
import { html } from './html.ts';
import type { Page } from './page-layout.ts';

export function receiptPage(charge: Stripe.Charge): Page {
  const refunded =
    charge.amount_refunded === 0
      ? []
      : [html`<tr><th scope="row">Refunded</th><td>${amountText(charge.amount_refunded, charge.currency)}</td></tr>`];
  const card = charge.payment_method_details?.card;
  const method = card ? `${card.brand} ···· ${card.last4}` : 'bank account';
  const body = html`
<section class="card">
  <h1>Receipt</h1>
  <p class="total">${amountText(charge.amount, charge.currency)}</p>
  <p class="payer">${charge.billing_details.email ?? ''}</p>
  <table><tbody>
    <tr><th scope="row">${charge.description ?? 'Payment'}<small>${method}</small></th><td>${amountText(charge.amount, charge.currency)}</td></tr>
    ${refunded}
  </tbody></table>
</section>
<footer>${charge.id}</footer>`;
  return { title: 'Receipt', body };
}
