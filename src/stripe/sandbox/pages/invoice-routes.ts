/** Serves the pages of invoices, on which a customer pays what a renewal could not collect. */
import type Stripe from 'stripe';
import type { Database } from '../../../database/database.ts';
import type { Clock } from '../../../values/clock.ts';
import { readBody } from '../../wire/request-body.ts';
import type { Act } from '../acts/act.ts';
import { collectInvoice } from '../acts/collect-invoice.ts';
import { lockInvoice } from '../acts/invoices.ts';
import { makeMethod } from '../acts/methods.ts';
import { lockSubscription } from '../acts/write-subscription.ts';
import { subscriptionOf } from '../objects/invoice.ts';
import { GOOD_CARD, type TestMethod, testMethodNumbered } from '../objects/test-methods.ts';
import { sandboxRecords } from '../store/records.ts';
import type { PageUrl } from '../wire/page-url.ts';
import { missingPage } from './checkout-page.ts';
import { invoicePage } from './invoice-page.ts';
import { seeOther, showPage } from './page-layout.ts';

export interface InvoicePagesDeps {
  readonly database: Database;
  readonly clock: Pick<Clock, 'now'>;
  readonly urlOf: PageUrl;
}

const BODY_LIMIT_BYTES = 16 * 1024;

/** @param path begins with the invoice's id: `/in_…`, `/in_…/pay`. */
export function openInvoicePages({ database, clock, urlOf }: InvoicePagesDeps) {
  const transact = <Result>(work: (act: Act) => Promise<Result>) =>
    database.transaction((transaction) => work({ records: sandboxRecords(transaction), now: clock.now(), urlOf }));

  const show = (status: number, invoice: Stripe.Invoice, alert?: string) =>
    showPage(status, invoicePage({ invoice, url: urlOf('invoices', invoice.id), alert }));

  return async (request: Request, path: string): Promise<Response> => {
    const [, invoiceId = '', action] = path.split('/');
    const found = await transact(({ records }) => records.find('invoice', invoiceId));
    if (found === undefined || found.status === 'draft') return showPage(404, missingPage());
    if (request.method !== 'POST' || action !== 'pay') return show(200, found);
    const body = await readBody(request, BODY_LIMIT_BYTES);
    const number = new URLSearchParams(body ?? '').get('card');
    const test = number === null ? GOOD_CARD : testMethodNumbered(number);
    if (test === undefined) return show(400, found, 'The page does not offer that card.');
    const { invoice, refused } = await transact((act) => payOpen(act, found, test));
    return refused === undefined ? seeOther(urlOf('invoices', invoiceId)) : show(402, invoice, refused);
  };
}

/** Pays an invoice that is still open. @returns why the bank refused, if it did. */
async function payOpen(
  act: Act,
  { id, parent, customer }: Stripe.Invoice,
  test: TestMethod,
): Promise<{ invoice: Stripe.Invoice; refused: string | undefined }> {
  await lockSubscription(act, subscriptionOf({ id, parent }));
  const open = await lockInvoice(act, id);
  if (open.status !== 'open') return { invoice: open, refused: undefined };
  const method = await makeMethod(act, test, String(customer));
  const intent = await collectInvoice(act, open, { method, presence: 'on_page' });
  return { invoice: await lockInvoice(act, id), refused: intent?.last_payment_error?.message };
}
