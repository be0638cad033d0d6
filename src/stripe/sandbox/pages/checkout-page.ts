/**
 * The checkout page in each phase of a checkout. It offers only what is possible in that phase.
 * Pure.
 */
import type Stripe from 'stripe';
import { phaseOf } from '../acts/checkout-steps.ts';
import { PROMOTIONS, withTotals } from '../objects/adjustment.ts';
import type { Checkout } from '../objects/checkout.ts';
import { amountText } from '../wire/amount-text.ts';
import { cardChoice } from './card-choice.ts';
import { type Html, html, NOTHING } from './html.ts';
import type { Page } from './page-layout.ts';

export interface CheckoutView {
  readonly checkout: Checkout;
  /** The page's address; its forms post below it. */
  readonly url: string;
  /** The message at the top: why a post was refused. */
  readonly alert?: string;
}

/** Where the customer goes after paying, with the session id filled in as Stripe does. */
export function successUrlOf({ session }: Checkout): string {
  return (session.success_url ?? '').replaceAll('{CHECKOUT_SESSION_ID}', session.id);
}

export function checkoutPage(view: CheckoutView): Page {
  const checkout = priced(view.checkout);
  const { session } = checkout;
  const alert = view.alert === undefined ? NOTHING : html`<p class="note bad" role="alert">${view.alert}</p>`;
  const body = html`
<section class="card">
  ${headOf(checkout)}
  ${payerOf(checkout)}
  ${alert}
  ${session.mode === 'setup' ? NOTHING : linesOf(checkout)}
  ${actionsOf({ ...view, checkout })}
</section>
<footer>${session.id}</footer>`;
  return { title: 'Test checkout', body };
}

export function missingPage(): Page {
  const body = html`
<section class="card">
  <h1>Not found</h1>
  <p class="note">There is no such checkout here. It may belong to another database: open a new one from the app.</p>
</section>`;
  return { title: 'Not found', body };
}

function headOf(checkout: Checkout): Html {
  const { session } = checkout;
  if (session.mode === 'setup') return html`<h1>Save a card</h1>`;
  return html`<h1>${phaseOf(checkout) === 'open' ? 'To pay' : 'Total'}</h1>
  <p class="total">${amountText(session.amount_total ?? 0, session.currency ?? '')}</p>`;
}

function payerOf({ session }: Checkout): Html {
  const who = [session.customer_details?.name, session.customer_details?.email]
    .filter((part) => typeof part === 'string')
    .join(' · ');
  return who === '' ? NOTHING : html`<p class="payer">${who}</p>`;
}

function linesOf({ session, lines }: Checkout): Html {
  const rows = lines.map((line) => {
    const each = line.price?.unit_amount ?? 0;
    return html`
    <tr>
      <th scope="row">${line.description ?? ''}<small>${line.quantity ?? 1} × ${amountText(each, line.currency)}</small></th>
      <td>${amountText(line.amount_total, line.currency)}</td>
    </tr>`;
  });
  return html`
  <table>
    <tbody>${rows}${adjustmentsOf(session)}</tbody>
    <tfoot><tr><th scope="row">Total</th><td>${amountText(session.amount_total ?? 0, session.currency ?? '')}</td></tr></tfoot>
  </table>`;
}

/** What a code took off, and the tax. */
function adjustmentsOf(session: Stripe.Checkout.Session): readonly Html[] {
  const { amount_discount: discount, amount_tax: tax } = session.total_details ?? NO_DETAILS;
  const row = (words: string, amount: number) =>
    amount === 0 ? [] : [html`<tr><th scope="row">${words}</th><td>${amountText(amount, session.currency ?? '')}</td></tr>`];
  return [...row('Promotion code', -discount), ...row('Tax', tax)];
}

const NO_DETAILS = { amount_discount: 0, amount_tax: 0 };

function promotionField({ session }: Checkout): Html {
  if (!session.allow_promotion_codes) return NOTHING;
  const codes = PROMOTIONS.map(({ code, percentOff }) => `${code} takes ${percentOff} % off`).join('; ');
  return html`<label class="wide">Promotion code <input name="promotion_code" autocomplete="off"></label><small>${codes}.</small>`;
}

function actionsOf({ checkout, url }: CheckoutView): Html {
  switch (phaseOf(checkout)) {
    case 'open':
      return html`
  <form method="post" action="${url}/complete">
    ${cardChoice()}
    ${promotionField(checkout)}
    <button class="main" name="outcome" value="pay">${payWords(checkout)}</button>
    <button name="outcome" value="decline">Decline</button>
    <button name="outcome" value="pay_later">Pay later</button>
    <button class="quiet" name="outcome" value="cancel">Cancel</button>
  </form>
  <small>Decline refuses the card. Pay later is a delayed method, such as a bank debit: the money comes, or fails, afterwards.</small>`;
    case 'processing':
      return html`
  <p class="note">The customer is done; the money is on its way. Decide how it ends.</p>
  <form method="post" action="${url}/settle">
    <button class="main" name="outcome" value="succeed">The money arrives</button>
    <button class="wide" name="outcome" value="fail">The payment fails</button>
  </form>
  ${backToApp(successUrlOf(checkout))}`;
    case 'paid':
      return html`<p class="note good">This checkout is complete: it is paid.</p>${backToApp(successUrlOf(checkout))}`;
    case 'failed':
      return html`
  <p class="note bad">This checkout is complete, but its payment failed: ${checkout.intent?.last_payment_error?.message ?? ''}</p>
  ${backToApp(successUrlOf(checkout))}`;
    case 'expired':
      return html`<p class="note">This checkout has expired and can no longer be paid.</p>${backToApp(checkout.session.cancel_url)}`;
  }
}

/** An open page shows the tax of the address that the customer would enter. */
function priced(checkout: Checkout): Checkout {
  const { session } = checkout;
  return session.status === 'open' && session.mode !== 'setup'
    ? { ...checkout, session: withTotals(session, undefined) }
    : checkout;
}

function payWords({ session }: Checkout): string {
  return session.mode === 'setup' ? 'Save this card' : `Pay ${amountText(session.amount_total ?? 0, session.currency ?? '')}`;
}

function backToApp(address: string | null): Html {
  return address === null ? NOTHING : html`<a class="button" href="${address}">Back to the app</a>`;
}
