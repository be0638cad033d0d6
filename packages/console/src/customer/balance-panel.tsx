/** One balance, as the level of a vessel, and its grants in the order in which they are used. */
import type { CSSProperties, ReactNode } from 'react';
import { ActionButton } from '../actions/actions.tsx';
import { adjustAction, voidAction } from '../actions/balance-actions.ts';
import type { BalanceRowFragment, GrantRowFragment } from '../documents/generated/graphql.ts';
import { Time } from '../parts/time.tsx';
import { amountText, isBelowZero, isZero } from '../words/amount-text.ts';
import { grantText } from '../words/grant-text.ts';
import { intervalText } from '../words/interval-text.ts';

export interface BalancePanelProps {
  readonly customerId: string;
  readonly balance: BalanceRowFragment;
  readonly grants: readonly GrantRowFragment[];
}

export function BalancePanel({ customerId, balance, grants }: BalancePanelProps): ReactNode {
  const { feature, granted, remaining, held, usage, unlimited, nextResetAt, nextExpiryAt, version } = balance;
  const level = unlimited ? 1 : Math.max(0, Math.min(1, Number(remaining) / Math.max(Number(granted), 1e-12)));
  const style: CSSProperties & { '--level': number } = { '--level': level };
  const left = unlimited ? 'Unlimited' : amountText(remaining);
  return (
    <section className="panel balance" aria-label={`Balance of ${feature.name}`}>
      <div className="vessel" style={style} data-left={leftOf(balance)}>
        <div className="water" />
        <h2>{feature.name}</h2>
        <p className="number">
          <output aria-label={`Remaining of ${feature.name}`}>{left}</output>
        </p>
      </div>
      <div className="numbers">
        <dl>
          <NumberFact name="granted" value={granted} />
          <NumberFact name="used" value={usage} />
          <NumberFact name="held" value={held} />
          <div>
            <dt>version</dt>
            <dd>{version}</dd>
          </div>
        </dl>
        <ActionButton label={`Adjust ${feature.name}`} action={() => adjustAction(customerId, feature)}>
          Adjust …
        </ActionButton>
      </div>
      <p className="soft times">
        {nextResetAt && (
          <span>
            Resets <Time at={nextResetAt} />.{' '}
          </span>
        )}
        {nextExpiryAt && (
          <span>
            Some expires <Time at={nextExpiryAt} />.
          </span>
        )}
      </p>
      {grants.length > 0 && (
        <ol className="grants" aria-label={`Grants of ${feature.name}, in the order in which they are used`}>
          {grants.map((grant) => (
            <GrantItem key={grant.id} grant={grant} feature={feature.name} />
          ))}
        </ol>
      )}
    </section>
  );
}

function NumberFact({ name, value }: { readonly name: string; readonly value: string }): ReactNode {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{amountText(value)}</dd>
    </div>
  );
}

interface GrantItemProps {
  readonly grant: GrantRowFragment;
  /** The name of the feature. */
  readonly feature: string;
}

function GrantItem({ grant, feature }: GrantItemProps): ReactNode {
  const says = `${grant.unlimited ? 'unlimited' : amountText(grant.remaining)} ${feature}, ${grantText(grant)}`;
  const { origin, granted, remaining, held, unlimited, createdAt, expiresAt, nextResetAt, reset } = grant;
  return (
    <li>
      <strong className="amount">
        {unlimited ? 'Unlimited' : amountText(remaining)}
        {!unlimited && origin !== 'OVERDRAFT' && <span className="soft"> of {amountText(granted)}</span>}
      </strong>
      <span>{grantText(grant)}</span>
      <span className="soft">
        made <Time at={createdAt} />
        {!isZero(held) && `, ${amountText(held)} held`}
        {reset && `, filled up each ${intervalText(reset)}`}
        {nextResetAt && (
          <>
            , next <Time at={nextResetAt} />
          </>
        )}
        {expiresAt && (
          <>
            , expires <Time at={expiresAt} />
          </>
        )}
      </span>
      {origin !== 'OVERDRAFT' && (
        <ActionButton label={`Void ${says}`} action={() => voidAction({ id: grant.id, says })}>
          Void …
        </ActionButton>
      )}
    </li>
  );
}

function leftOf({ remaining, unlimited }: BalanceRowFragment): 'some' | 'none' | 'below' {
  if (unlimited) return 'some';
  if (isBelowZero(remaining)) return 'below';
  return isZero(remaining) ? 'none' : 'some';
}
