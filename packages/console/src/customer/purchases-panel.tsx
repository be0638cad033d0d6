/** What the customer bought, with each payment and what of it went back. */
import { type ReactNode, useEffect, useState } from 'react';
import { ActionButton } from '../actions/actions.tsx';
import { cancelAction, refundAction } from '../actions/purchase-actions.ts';
import { useAsk } from '../api/use-ask.ts';
import type { PurchaseRowFragment } from '../documents/generated/graphql.ts';
import { CustomerPurchasesText } from '../documents/generated/texts.ts';
import { ListState } from '../parts/list-state.tsx';
import { Status } from '../parts/status.tsx';
import { Time } from '../parts/time.tsx';
import { amountText, isZero } from '../words/amount-text.ts';
import { moneyText } from '../words/money-text.ts';

const PAGE = 20;
/** The longest page of the API. */
const MOST = 100;

export function PurchasesPanel({ id, news }: { readonly id: string; readonly news: number }): ReactNode {
  const [first, setFirst] = useState(PAGE);
  const { data, problem, isAsking, askAgain } = useAsk(CustomerPurchasesText, { id, first });
  useEffect(() => {
    if (news > 0) askAgain();
  }, [news, askAgain]);
  const page = data?.customer?.purchases;
  const purchases = page?.nodes ?? [];
  return (
    <section className="panel" aria-labelledby="purchases-title">
      <h2 id="purchases-title">Purchases and payments</h2>
      <ListState problem={problem} isEmpty={purchases.length === 0} isAsking={isAsking} empty="Nothing was bought." />
      <ul className="rows">
        {purchases.map((purchase) => (
          <PurchaseItem key={purchase.id} purchase={purchase} />
        ))}
      </ul>
      {page?.pageInfo.hasNextPage && first < MOST && (
        <button type="button" className="button more" onClick={() => setFirst(Math.min(MOST, first + PAGE))}>
          Show older purchases
        </button>
      )}
      {page?.pageInfo.hasNextPage && first === MOST && <p className="empty">The API has older ones.</p>}
    </section>
  );
}

/** By which the ledger leads to a purchase. */
export function elementIdOf(purchaseId: string): string {
  return `purchase-${purchaseId}`;
}

function PurchaseItem({ purchase }: { readonly purchase: PurchaseRowFragment }): ReactNode {
  const { id, plan, status, total, charged, createdAt, featureQuantities, failureReason, payments, automatic } = purchase;
  return (
    <li className="row purchase" id={elementIdOf(id)} tabIndex={-1} aria-label={`Purchase of ${plan.name}`}>
      <strong>
        {plan.name} <span className="soft">version {plan.version}</span> <Status of={status} />
      </strong>
      <span>
        {total ? moneyText(total) : 'Free'}
        {charged && charged.amount !== total?.amount && `, ${moneyText(charged)} charged`}
        {featureQuantities.map(({ quantity, feature }) => `, ${amountText(quantity)} ${feature.name}`).join('')}
        {automatic && ', bought by auto top-up'}
      </span>
      <span className="soft end">
        <Time at={createdAt} />
      </span>
      <EndOf purchase={purchase} />
      {failureReason && <span className="trouble">{failureReason}</span>}
      <span className="soft id">{id}</span>
      <PurchaseActions purchase={purchase} />
      {payments.length > 0 && (
        <ul className="payments">
          {payments.map((payment) => (
            <PaymentItem key={payment.id} payment={payment} />
          ))}
        </ul>
      )}
    </li>
  );
}

const CANCELABLE = ['ACTIVE', 'PENDING', 'PAST_DUE'];

function PurchaseActions({ purchase }: { readonly purchase: PurchaseRowFragment }): ReactNode {
  const { plan, status, refundable, cancelAtPeriodEnd } = purchase;
  const canRefund = refundable !== null && !isZero(refundable.amount);
  const canCancel = CANCELABLE.includes(status) && !cancelAtPeriodEnd;
  if (!canRefund && !canCancel) return null;
  return (
    <p className="row-actions">
      {canRefund && (
        <ActionButton label={`Refund ${plan.name}`} action={() => refundAction(purchase, refundable)}>
          Refund …
        </ActionButton>
      )}
      {canCancel && (
        <ActionButton label={`Cancel ${plan.name}`} action={() => cancelAction(purchase)}>
          Cancel …
        </ActionButton>
      )}
    </p>
  );
}

function EndOf({ purchase }: { readonly purchase: PurchaseRowFragment }): ReactNode {
  const { endedAt, endsAt, currentPeriodEnd } = purchase;
  if (endedAt)
    return (
      <span className="soft">
        ended <Time at={endedAt} />
      </span>
    );
  if (endsAt)
    return (
      <span className="soft">
        ends <Time at={endsAt} />
      </span>
    );
  if (!currentPeriodEnd) return null;
  return (
    <span className="soft">
      renews <Time at={currentPeriodEnd} />
    </span>
  );
}

function PaymentItem({ payment }: { readonly payment: PurchaseRowFragment['payments'][number] }): ReactNode {
  const { amount, status, createdAt, failureReason, refunds, disputes } = payment;
  return (
    <li>
      Payment of {moneyText(amount)} <Status of={status} />{' '}
      <span className="soft">
        <Time at={createdAt} />
      </span>
      {failureReason && <span className="trouble"> {failureReason}</span>}
      {refunds.map((refund) => (
        <p key={refund.id}>
          Refund of {moneyText(refund.amount)} <Status of={refund.status} />
          {refund.reason && <span className="said"> “{refund.reason}”</span>}
          {refund.failureReason && <span className="trouble"> {refund.failureReason}</span>}
        </p>
      ))}
      {disputes.map((dispute) => (
        <p key={dispute.id}>
          Dispute of {moneyText(dispute.amount)} <Status of={dispute.status} />
          {dispute.reason && <span className="said"> “{dispute.reason}”</span>}
        </p>
      ))}
    </li>
  );
}
