/**
 * The pages to which the payment provider sends the customer back. The return page asks the
 * provider, grants what was paid, and redirects to the app. It does not wait for the webhook, which
 * may be late or never come.
 */
import type { Log } from '../../platform/log.ts';
import { type Purchase, RETURN_PAUSE_MS, type RefreshedOnReturn } from '../../purchases/model/types.ts';
import type { Route } from './routes.ts';

export interface CheckoutReturnDeps {
  readonly refreshOnReturn: (purchaseId: string) => Promise<RefreshedOnReturn>;
  readonly find: (purchaseId: string) => Promise<Purchase | null>;
  /** The app's URL for the customer; null: our own page. */
  readonly successUrlOf: (purchase: Purchase) => string | null;
  readonly cancelUrlOf: (purchase: Purchase) => string | null;
  readonly log: Log;
}

export function checkoutReturn({ refreshOnReturn, find, successUrlOf, log }: CheckoutReturnDeps): Route {
  return {
    method: 'GET',
    path: '/checkout/return/:purchaseId',
    async handle(_request, { purchaseId = '' }) {
      const { purchase, isCurrent } = await refreshOnReturn(purchaseId).catch(async (error: unknown) => {
        // The customer does not wait: the webhook or the reconciler asks again.
        log.warn({ err: error, purchaseId }, 'checkout: the provider could not be asked on return');
        return { purchase: await find(purchaseId), isCurrent: false };
      });
      // The payment's state is unknown, so the page claims nothing.
      if (purchase?.status === 'PENDING' && !purchase.processing && !isCurrent) return page(200, ...LOOKING, LOOKS_AGAIN);
      return sendOn(purchase, successUrlOf);
    },
  };
}

/**
 * The route for customers who did not pay, where the app's own URL has to be filled in. It does not
 * ask the provider.
 */
export function checkoutCancel({ find, cancelUrlOf }: Pick<CheckoutReturnDeps, 'find' | 'cancelUrlOf'>): Route {
  return {
    method: 'GET',
    path: '/checkout/cancel/:purchaseId',
    handle: async (_request, { purchaseId = '' }) => sendOn(await find(purchaseId), cancelUrlOf),
  };
}

function sendOn(purchase: Purchase | null, urlOf: (purchase: Purchase) => string | null): Response {
  if (!purchase) return page(404, 'Unknown purchase', 'There is no such purchase. Please go back to the app.');
  const location = urlOf(purchase);
  if (location !== null) return new Response(null, { status: 303, headers: { location, 'cache-control': 'no-store' } });
  const [title, message] = MESSAGES[purchase.processing ? 'PROCESSING' : purchase.status];
  return page(200, title, message);
}

const MESSAGES: Record<Purchase['status'] | 'PROCESSING', readonly [title: string, message: string]> = {
  ACTIVE: ['Thank you', 'Your payment has arrived and your balance is up to date. You can close this page.'],
  PROCESSING: ['Thank you', 'Your payment is on its way. Your balance grows as soon as it arrives.'],
  PENDING: ['Not paid yet', 'Nothing was charged. You can go back and try again.'],
  FAILED: ['The payment did not go through', 'Nothing was added to your balance. You can go back and try again.'],
  EXPIRED: ['This page has expired', 'Nothing was charged. You can go back and try again.'],
  CANCELED: ['This purchase has ended', 'You can close this page.'],
  REFUNDED: ['This purchase was refunded', 'You can close this page.'],
  PAST_DUE: ['A payment is missing', 'Your last renewal could not be charged. Please go back to the app.'],
};

const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
};
const LOOKING = ['One moment', 'We are looking whether your payment has arrived. This page looks again by itself.'] as const;
/** Reloads after the time within which the provider is not asked again. */
const LOOKS_AGAIN = `<meta http-equiv="refresh" content="${RETURN_PAUSE_MS / 1_000}">`;

/** Nothing in the page comes from a request. */
function page(status: number, title: string, message: string, head = ''): Response {
  const html = `<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>${title}</title>${head}<style>
:root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:28rem;margin:20vh auto;padding:0 1.5rem}
h1{font-size:1.5rem;margin:0 0 .5rem}p{margin:0;opacity:.8}
</style><main><h1>${title}</h1><p>${message}</p></main></html>`;
  return new Response(html, { status, headers: PAGE_HEADERS });
}
