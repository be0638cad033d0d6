/** Shows what Brim's `check` offers to unlock the next message, with a button for each offer. */
import { type AttachAnswer, usePaymentMethod } from '@brim/client/react';
import type { ReactNode } from 'react';
import { gql, type TypedDocumentNode, useQuery } from 'urql';
import { MESSAGES } from './balance.tsx';
import { BuyButton, type Offer } from './buy-button.tsx';
import { SavedCard } from './saved-card.tsx';

interface Checks {
  readonly one: { readonly offers: readonly Offer[] };
  readonly more: { readonly offers: readonly Offer[] };
  readonly plenty: { readonly offers: readonly Offer[] };
}

/** Asks for offers that cover one message, 200 and 500. Brim computes all prices. */
const OFFERS: TypedDocumentNode<Checks, { featureId: string }> = gql`
  query WhatWouldUnlock($featureId: ID!) {
    one: check(input: { featureId: $featureId, required: 1 }) { ...Offered }
    more: check(input: { featureId: $featureId, required: 200 }) { ...Offered }
    plenty: check(input: { featureId: $featureId, required: 500 }) { ...Offered }
  }
  fragment Offered on CheckResult {
    allowed
    shortfall
    offers { plan { id key } quantity price { amount currency } }
  }
`;

export interface OffersProps {
  readonly onAnswer: (answer: AttachAnswer) => void;
}

export function Offers({ onAnswer }: OffersProps): ReactNode {
  const { paymentMethod: card = null } = usePaymentMethod();
  const [{ data, error, fetching }, askAgain] = useQuery({
    query: OFFERS,
    variables: { featureId: MESSAGES },
    requestPolicy: 'network-only',
  });
  const offers = data ? [data.one, data.more, data.plenty].flatMap(({ offers: [cheapest] }) => cheapest ?? []) : [];
  return (
    <section className="offers" aria-labelledby="offers-title">
      <h2 id="offers-title">You are out of premium messages</h2>
      {fetching && <p>Looking for what would unlock more …</p>}
      {error && (
        <p role="alert">
          What is on offer could not be loaded.{' '}
          <button type="button" className="link" onClick={() => askAgain({ requestPolicy: 'network-only' })}>
            Try again
          </button>
        </p>
      )}
      {offers.length > 0 && <p>Any of these unlocks the next one.</p>}
      <ul>
        {offers.map((offer) => (
          <li key={offer.quantity}>
            <BuyButton offer={offer} card={card} isMain={offer.quantity === '200'} onAnswer={onAnswer} />
          </li>
        ))}
      </ul>
      {card && offers.length > 0 && <SavedCard card={card} />}
    </section>
  );
}
