import type { Ledger } from '../../ledger/ledger.ts';
import { balanceAfter } from '../../ledger/model/account-state.ts';
import type { Balance } from '../../ledger/model/types.ts';
import type { Attached } from '../model/types.ts';

/**
 * The balances of the features that a purchase gives an amount of: as this attach left them or,
 * where it moved nothing, as they are now. @throws what `Ledger.reads` throws.
 */
export function attachedBalances(
  { reads }: Pick<Ledger, 'reads'>,
  { purchase: { customerId, quantities }, entries }: Attached,
): Promise<readonly Balance[]> {
  const lastEntries = new Map(entries.map((entry) => [entry.featureId, entry]));
  const featureIds = [...new Set(quantities.map(({ featureId }) => featureId))];
  return Promise.all(
    featureIds.map((featureId) => {
      const entry = lastEntries.get(featureId);
      return entry ? balanceAfter(entry) : reads.balance({ customerId, featureId });
    }),
  );
}
