/** Reads grants for readers. */
import type { Grant } from '../model/types.ts';
import type { BalanceKey } from './balances.ts';
import { GRANT_COLUMNS, type GrantRow, toGrant } from './grant-rows.ts';
import { type Ask, type OfCustomer, type Question, question, type Reader } from './question.ts';

export interface GrantKey extends OfCustomer {
  readonly id: string;
}

export interface PurchaseKey extends OfCustomer {
  readonly purchaseId: string;
}

const OF_CUSTOMER = 'SELECT * FROM "grant" x WHERE x.customer_id = wanted.customer_id';
const OF_BALANCE = `${OF_CUSTOMER} AND x.feature_id = wanted.feature_id`;

type GrantQuestion<Key extends OfCustomer> = Pick<Question<Key, GrantRow, Grant>, 'wanted' | 'from' | 'order'>;

function grantQuestion<Key extends OfCustomer>(asked: GrantQuestion<Key>): Ask<Key, Grant> {
  return question({ ...asked, as: 'g', columns: GRANT_COLUMNS, toValue: toGrant });
}

const ofBalance: GrantQuestion<BalanceKey>['wanted'] = { feature_id: ['text', ({ featureId }) => featureId] };

/** The open grants of a balance, in no order. */
export const findOpenGrants = grantQuestion<BalanceKey>({ wanted: ofBalance, from: `${OF_BALANCE} AND x.open` });

/** The newest 100 grants of a balance that are used up, newest first. */
export const findUsedUpGrants = grantQuestion<BalanceKey>({
  wanted: ofBalance,
  from: `${OF_BALANCE} AND NOT x.open ORDER BY x.sequence DESC LIMIT 100`,
  order: 'g.sequence DESC',
});

export const findGrants = grantQuestion<GrantKey>({
  wanted: { id: ['text', ({ id }) => id] },
  from: `${OF_CUSTOMER} AND x.id = wanted.id`,
});

/** The grants that a purchase made, oldest first. */
export const findGrantsOfPurchases = grantQuestion<PurchaseKey>({
  wanted: { purchase_id: ['text', ({ purchaseId }) => purchaseId] },
  from: `${OF_CUSTOMER} AND x.purchase_id = wanted.purchase_id`,
  order: 'g.sequence',
});

/** Of any customer. */
export async function findGrantsByIdAlone(reader: Reader, ids: readonly string[]): Promise<readonly Grant[]> {
  const rows = await reader.read<GrantRow>(`SELECT ${GRANT_COLUMNS} FROM "grant" g WHERE g.id = ANY($1::text[])`, [ids]);
  return rows.map(toGrant);
}
