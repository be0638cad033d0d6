/** One customer: what is there now, and why. Every part is read again when the ledger moves. */
import { type ReactNode, useCallback, useEffect, useMemo, useState } from 'react';
import { ActionButton, Actions } from '../actions/actions.tsx';
import { grantAction } from '../actions/balance-actions.ts';
import { useAsk } from '../api/use-ask.ts';
import type { CustomerOverviewQuery } from '../documents/generated/graphql.ts';
import { CustomerAuditText, CustomerOverviewText } from '../documents/generated/texts.ts';
import { ListState } from '../parts/list-state.tsx';
import { Time } from '../parts/time.tsx';
import { AuditPanel } from './audit-panel.tsx';
import { BalancePanel } from './balance-panel.tsx';
import type { CustomerRecord } from './customer-record.ts';
import { HoldsPanel } from './holds-panel.tsx';
import { LedgerPanel } from './ledger-panel.tsx';
import { PurchasesPanel } from './purchases-panel.tsx';
import { UsageLimits } from './usage-limits.tsx';
import { newer, useLiveBalances } from './use-live-balances.ts';

export function Customer({ id }: { readonly id: string }): ReactNode {
  const live = useLiveBalances(id);
  const [done, setDone] = useState(0);
  const noteDone = useCallback(() => setDone((count) => count + 1), []);
  const news = live.news + done;
  const overview = useAsk(CustomerOverviewText, { id });
  const audit = useAsk(CustomerAuditText, { id });
  const readOverview = overview.askAgain;
  const readAudit = audit.askAgain;
  useEffect(() => {
    if (news === 0) return;
    readOverview();
    readAudit();
  }, [news, readOverview, readAudit]);

  const customer = overview.data?.customer;
  const entries = audit.data?.auditLog?.nodes ?? [];
  const keyNames = useMemo(
    () => new Map(entries.flatMap(({ actor }) => (actor.id === null ? [] : [[actor.id, actor.name ?? actor.id] as const]))),
    [entries],
  );
  if (!customer)
    return (
      <>
        <h1 className="title">{id}</h1>
        <ListState problem={overview.problem} isEmpty isAsking={overview.isAsking} empty="There is no customer with this id." />
      </>
    );

  const features = (overview.data?.features ?? []).filter(({ type }) => type !== 'BOOLEAN');
  return (
    <Actions onDone={noteDone}>
      <article className="customer" aria-labelledby="customer-title">
        <Heading customer={customer} features={features} />
        {live.problem && (
          <p className="trouble" role="alert">
            The numbers are not live: {live.problem}
          </p>
        )}
        <div className="columns">
          <div className="column">
            <section className="balances" aria-label="Balances">
              {customer.balances.length === 0 && <p className="panel empty">Nothing was ever granted or used.</p>}
              {customer.balances.map((balance) => (
                <BalancePanel
                  key={balance.id}
                  customerId={id}
                  balance={newer(live.pushed.get(balance.id), balance)}
                  grants={balance.grants}
                />
              ))}
            </section>
            <UsageLimits limits={customer.usageLimits} />
            <PurchasesPanel id={id} news={news} />
            <HoldsPanel id={id} news={news} />
          </div>
          <LedgerPanel id={id} news={news} features={features} keyNames={keyNames} />
          <AuditPanel audit={audit} />
        </div>
      </article>
    </Actions>
  );
}

interface HeadingProps {
  readonly customer: CustomerRecord;
  readonly features: CustomerOverviewQuery['features'];
}

function Heading({ customer, features }: HeadingProps): ReactNode {
  const { id, name, email, createdAt, erasedAt, paymentMethod, metadata } = customer;
  const facts = Object.entries(metadata);
  return (
    <header className="title">
      <h1 id="customer-title">{name ?? id}</h1>
      {features.length > 0 && !erasedAt && <ActionButton action={() => grantAction(id, features)}>Grant …</ActionButton>}
      <dl className="facts">
        <Fact name="Id">{id}</Fact>
        {email && <Fact name="Email">{email}</Fact>}
        <Fact name="Since">
          <Time at={createdAt} />
        </Fact>
        {erasedAt && (
          <Fact name="Erased">
            <Time at={erasedAt} />
          </Fact>
        )}
        {paymentMethod && (
          <Fact name="Pays with">
            {paymentMethod.brand} •••• {paymentMethod.last4}
          </Fact>
        )}
        {facts.map(([key, value]) => (
          <Fact key={`metadata ${key}`} name={key}>
            {typeof value === 'string' ? value : JSON.stringify(value)}
          </Fact>
        ))}
      </dl>
    </header>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ReactNode }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
