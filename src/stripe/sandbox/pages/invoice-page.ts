/** An invoice as its customer sees it, to which `invoice.hosted_invoice_url` leads. Pure. */
import type Stripe from 'stripe';
import { amountText } from '../wire/amount-text.ts';
import { cardChoice } from './card-choice.ts';
import { type Html, html, NOTHING } from './html.ts';
import type { Page } from './page-layout.ts';

export interface InvoiceView {
  readonly invoice: Stripe.Invoice;
  /** The page's address; its form posts below it. */
  readonly url: string;
  /** The message at the top: why a payment was refused. */
  readonly alert?: string | undefined;
}

export function invoicePage({ invoice, url, alert }: InvoiceView): Page {
  const { currency, amount_due: due, total, lines, number } = invoice;
  const rows = lines.data.map(
    ({ amount, description }) => html`<tr><th scope="row">${description ?? ''}</th><td>${amountText(amount, currency)}</td></tr>`,
  );
  const body = html`
<section class="card">
  <h1>Invoice ${number ?? ''}</h1>
  <p class="total">${amountText(due, currency)}</p>
  <p class="payer">${invoice.customer_email ?? ''}</p>
  ${alert === undefined ? NOTHING : html`<p class="note bad" role="alert">${alert}</p>`}
  <table>
    <tbody>${rows}</tbody>
    <tfoot><tr><th scope="row">Total</th><td>${amountText(total, currency)}</td></tr></tfoot>
  </table>
  ${invoice.status === 'open' ? payForm(url, amountText(due, currency)) : html`<p class="note">This invoice is ${invoice.status ?? ''}.</p>`}
</section>
<footer>${invoice.id}</footer>`;
  return { title: 'Invoice', body };
}

function payForm(url: string, amount: string): Html {
  return html`
  <form method="post" action="${url}/pay">
    ${cardChoice()}
    <button class="main">Pay ${amount}</button>
  </form>`;
}
