/** Declines of the next charges, on pages, off session and of invoices. */
import { refusal } from '../objects/refusals.ts';
import type { Transact } from './transact.ts';

export interface OrderedDecline {
  /** Such as `insufficient_funds` or `authentication_required`; left out: `generic_decline`. */
  readonly declineCode?: string | undefined;
  /** Left out: what Stripe has for the decline code, mostly `card_declined`. */
  readonly code?: string | undefined;
  /** `try_again_later`, `do_not_try_again` or `confirm_card_data`; left out: none. */
  readonly adviceCode?: string | undefined;
  /** How many charges are declined; left out: one. */
  readonly times?: number | undefined;
  /** The only customer (`cus_…`) whose charges are declined; left out: everybody's. */
  readonly customer?: string | undefined;
}

export interface DeclineControl {
  /** Declines the next charges, whatever the card. Orders add up, and the oldest is used first. */
  declineNext(order?: OrderedDecline): Promise<void>;
  /** Forgets the declines that no charge has met. */
  declineNoMore(): Promise<void>;
}

export function declineControl(transact: Transact): DeclineControl {
  return {
    declineNext: ({ declineCode = 'generic_decline', code, adviceCode, times = 1, customer } = {}) =>
      transact(async ({ records }) => {
        const standard = refusal(declineCode, adviceCode);
        const ordered = { ...standard, code: code ?? standard.code };
        for (let count = 0; count < times; count += 1) await records.orderDecline(ordered, customer ?? null);
      }),
    declineNoMore: () => transact(({ records }) => records.forgetDeclines()),
  };
}
