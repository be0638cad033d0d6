/** The billing portal: the customer's cards, and a form for another one. Pure. */
import type Stripe from 'stripe';
import { cardChoice } from './card-choice.ts';
import { html, NOTHING } from './html.ts';
import type { Page } from './page-layout.ts';

export interface PortalView {
  readonly session: Stripe.BillingPortal.Session;
  readonly customer: Stripe.Customer;
  readonly methods: readonly Stripe.PaymentMethod[];
  /** Why the card was refused. */
  readonly alert?: string | undefined;
}

export function portalPage({ session, customer, methods, alert }: PortalView): Page {
  const chosen = customer.invoice_settings.default_payment_method;
  const rows = methods.map(({ id, card, us_bank_account: bank }) => {
    const name = card ? `${card.brand} ···· ${card.last4}` : `bank ···· ${bank?.last4 ?? ''}`;
    const expiry = card ? `${card.exp_month}/${card.exp_year}` : '';
    return html`
    <tr><th scope="row">${name}<small>${expiry}${id === chosen ? ' · default' : ''}</small></th>
    <td><form method="post" action="${session.url}/remove"><button name="method" value="${id}">Remove</button></form></td></tr>`;
  });
  const body = html`
<section class="card">
  <h1>How you pay</h1>
  <p class="payer">${customer.name ?? ''}</p>
  ${alert === undefined ? NOTHING : html`<p class="note bad" role="alert">${alert}</p>`}
  <table><tbody>${rows}</tbody></table>
  <form method="post" action="${session.url}/card">${cardChoice()}<button class="main">Use this card</button></form>
  ${session.return_url === null ? NOTHING : html`<a class="button" href="${session.return_url}">Back to the app</a>`}
</section>
<footer>${session.id}</footer>`;
  return { title: 'Billing portal', body };
}
