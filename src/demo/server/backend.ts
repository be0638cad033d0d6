/**
 * What an app's own server does for its page: it creates the customer, gives the browser a token,
 * takes a message off the balance before it answers, and gives money back. It calls the same domain
 * verbs as the resolvers; a real app calls the API.
 */
import { z } from 'zod';
import type { Access } from '../../access/access.ts';
import { type OfferDeps, offersFor } from '../../balances/offers.ts';
import { type TrackDeps, track } from '../../balances/track.ts';
import type { Catalog } from '../../catalog/catalog.ts';
import type { Customers } from '../../customers/customers.ts';
import { InsufficientBalanceError } from '../../ledger/model/errors.ts';
import type { Purchases } from '../../purchases/purchases.ts';
import { formatDecimal } from '../../values/decimal.ts';
import { PurchaseNotFoundError, UnauthenticatedError } from '../../values/errors.ts';
import * as schemas from '../../values/input.ts';
import { replyTo, streamWords } from './replies.ts';
import { attachFreePlan, MESSAGES, openShop, TOP_UP } from './shop.ts';
import { cookieFor, newVisitor, visitorOf } from './visitor.ts';

export interface BackendDeps extends TrackDeps {
  readonly access: Pick<Access, 'customerTokens'>;
  readonly catalog: Catalog;
  readonly customers: Customers;
  readonly purchases: OfferDeps['purchases'] & Pick<Purchases, 'attach' | 'find' | 'returns'>;
}

export interface Backend {
  /**
   * Continues the browser's session, or begins one. With `fresh` it begins another, with a new
   * customer.
   */
  openSession(request: Request, body: unknown): Promise<Response>;
  /** Gives the page another token before the current one expires. */
  renewToken(request: Request): Promise<Response>;
  /**
   * Takes one message off the balance and streams the reply; if none is left, answers 402 with
   * offers.
   */
  sendMessage(request: Request, body: unknown): Promise<Response>;
  /** Takes many messages off the balance, as far as there are so many, and answers none of them. */
  takeMany(request: Request, body: unknown): Promise<Response>;
  /** Gives back all that the visitor paid for a purchase. Asked again, it gives nothing more. */
  refund(request: Request, body: unknown): Promise<Response>;
}

const sessionInput = z.object({ fresh: z.boolean().default(false) });
/** Made by the page for each message, so that a message sent again is counted once. */
const key = z.string().regex(/^[0-9a-f]{32}$/, 'must be 32 hexadecimal digits');
const messageInput = z.object({ key, text: schemas.text(500) });
const usesInput = z.object({ key, count: z.number().int().min(1).max(100) });

const refundInput = z.object({ purchaseId: schemas.id });

export function openBackend(deps: BackendDeps): Backend {
  const { access, catalog, customers, purchases } = deps;
  let shop: Promise<void> | undefined;

  /** Creates the shop once. After a failure the next request tries again. */
  const ensureShop = () => {
    shop ??= openShop(catalog).catch((error: unknown) => {
      shop = undefined;
      throw error;
    });
    return shop;
  };
  const tokenFor = (customerId: string) =>
    access.customerTokens.issue({ customerId, attachablePlanIds: [TOP_UP], canSetAutoTopUp: true });

  return {
    async openSession(request, body) {
      const { fresh } = schemas.readInput(sessionInput, body);
      const known = fresh ? undefined : visitorOf(request);
      await ensureShop();
      const { customer } = await customers.create({ id: known ?? newVisitor(), name: 'You' });
      await attachFreePlan(purchases, customer.id);
      const { token } = await tokenFor(customer.id);
      const headers = { 'set-cookie': cookieFor(customer.id), 'cache-control': 'no-store' };
      return Response.json({ customerId: customer.id, token }, { headers });
    },

    async renewToken(request) {
      const { token } = await tokenFor(requireVisitor(request));
      return Response.json({ token }, { headers: { 'cache-control': 'no-store' } });
    },

    async sendMessage(request, body) {
      const customerId = requireVisitor(request);
      const { key, text } = schemas.readInput(messageInput, body);
      const use = { customerId, featureId: MESSAGES, value: '1', onShortfall: 'REJECT', idempotencyKey: `demo:${key}` };
      try {
        const { entry } = await track(deps, use);
        const headers = { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' };
        return new Response(streamWords(replyTo(text, entry.sequence)), { headers });
      } catch (error) {
        if (!(error instanceof InsufficientBalanceError)) throw error;
        return refuse(deps, customerId, error);
      }
    },

    async takeMany(request, body) {
      const customerId = requireVisitor(request);
      const { key, count } = schemas.readInput(usesInput, body);
      const use = { customerId, featureId: MESSAGES, value: String(count), idempotencyKey: `demo:${key}` };
      const { applied } = await track(deps, use);
      return Response.json({ used: formatDecimal(applied) }, { headers: { 'cache-control': 'no-store' } });
    },

    async refund(request, body) {
      const customerId = requireVisitor(request);
      const { purchaseId } = schemas.readInput(refundInput, body);
      const purchase = await purchases.find(purchaseId);
      if (purchase?.customerId !== customerId) throw new PurchaseNotFoundError(purchaseId);
      const { refund } = await purchases.returns.refund({ purchaseId, idempotencyKey: `demo:${purchaseId}` });
      return Response.json({ status: refund.status }, { headers: { 'cache-control': 'no-store' } });
    },
  };
}

function requireVisitor(request: Request): string {
  const customerId = visitorOf(request);
  if (customerId === undefined) throw new UnauthenticatedError('This browser has no session: begin one with POST /demo/session.');
  return customerId;
}

/** Offers only the top-up, because the page's token attaches nothing else. */
async function refuse(
  deps: OfferDeps,
  customerId: string,
  { code, message, shortfall }: InsufficientBalanceError,
): Promise<Response> {
  const offers = await offersFor(deps, { kind: 'app' }, { customerId, featureId: MESSAGES, shortfall });
  const shown = offers
    .filter(({ plan }) => plan.id === TOP_UP)
    .map(({ plan, quantity, price: { amount, currency } }) => ({
      planId: plan.id,
      quantity: formatDecimal(quantity),
      price: { amount: formatDecimal(amount), currency },
    }));
  return Response.json({ errors: [{ message, extensions: { code } }], offers: shown }, { status: 402 });
}
