import { z } from 'zod';
import type { Catalog } from '../catalog/catalog.ts';
import type { Feature } from '../catalog/types.ts';
import type { Customers } from '../customers/customers.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Balance, Credit } from '../ledger/model/types.ts';
import { shortfallOf } from '../ledger/rules/spread.ts';
import type { Purchases } from '../purchases/purchases.ts';
import { type Decimal, multiplyUp, ONE } from '../values/decimal.ts';
import { CustomerNotFoundError, FeatureNotFoundError } from '../values/errors.ts';
import * as schema from '../values/input.ts';

/**
 * Whether a customer may use an amount, by the rule that track uses. If only credits can pay,
 * feature, required, shortfall and balance are those of the credits.
 */
export interface Checked {
  readonly allowed: boolean;
  readonly feature: Feature;
  readonly required: Decimal;
  /** Zero if allowed. */
  readonly shortfall: Decimal;
  /** null for a boolean feature. */
  readonly balance: Balance | null;
  /** All balances that would pay: the feature's own first, then the credits. */
  readonly balances: readonly Balance[];
}

export interface CheckDeps {
  readonly catalog: Pick<Catalog, 'feature' | 'creditsFor' | 'planVersion'>;
  readonly customers: Pick<Customers, 'find'>;
  readonly ledger: Pick<Ledger, 'reads'>;
  readonly purchases: Pick<Purchases, 'activePlans'>;
}

const checkInput = z.object({
  customerId: schema.id,
  featureId: schema.id,
  required: schema.positive.nullish().transform((required) => required ?? ONE),
});

/** Changes nothing. @throws InvalidInputError, CustomerNotFoundError, FeatureNotFoundError. */
export async function check(deps: CheckDeps, input: unknown): Promise<Checked> {
  const { catalog, customers, ledger } = deps;
  const { customerId, featureId, required } = schema.readInput(checkInput, input);
  const [customer, feature] = await Promise.all([customers.find(customerId), catalog.feature(featureId)]);
  if (!customer) throw new CustomerNotFoundError(customerId);
  if (!feature) throw new FeatureNotFoundError(featureId);
  if (feature.type === 'BOOLEAN') return checkHeld(deps, customerId, feature, required);

  const credits = await catalog.creditsFor(featureId);
  const balanceOf = (of: string) => ledger.reads.balance({ customerId, featureId: of });
  const [own, ...balances] = await Promise.all([balanceOf(featureId), ...credits.map((credit) => balanceOf(credit.featureId))]);
  const payers = credits.flatMap((credit, index) => (balances[index] ? [{ ...credit, balance: balances[index] }] : []));
  const only = onlyPayer(own, payers);
  if (only) {
    const inCredits = await checkCredits(catalog, only, required);
    if (inCredits) return inCredits;
  }
  const shortfall = shortfallOf(own, payers, required);
  return { allowed: shortfall === 0n, feature, required, shortfall, balance: own, balances: [own, ...balances] };
}

/** A boolean feature is allowed if the customer has a plan with it. */
async function checkHeld(
  { catalog, purchases }: CheckDeps,
  customerId: string,
  feature: Feature,
  required: Decimal,
): Promise<Checked> {
  const held = await Promise.all((await purchases.activePlans(customerId)).map(catalog.planVersion));
  const allowed = held.some((plan) => plan?.items.some((item) => item.featureId === feature.id));
  return { allowed, feature, required, shortfall: allowed ? 0n : required, balance: null, balances: [] };
}

type Payer = Credit & { readonly balance: Balance };

/** The one credit system that pays for everything, if nothing of the feature itself remains. */
function onlyPayer(own: Balance, payers: readonly Payer[]): Payer | undefined {
  if (own.unlimited || own.remaining > 0n) return undefined;
  const known = payers.filter(({ balance }) => balance.version > 0n);
  if (known.length > 0) return known.length === 1 ? known[0] : undefined;
  return own.granted === 0n && payers.length === 1 ? payers[0] : undefined;
}

async function checkCredits(
  catalog: CheckDeps['catalog'],
  { featureId, cost, balance }: Payer,
  units: Decimal,
): Promise<Checked | null> {
  const feature = await catalog.feature(featureId);
  if (!feature) return null;
  const required = multiplyUp(units, cost);
  const shortfall = shortfallOf(balance, [], required);
  return { allowed: shortfall === 0n, feature, required, shortfall, balance, balances: [balance] };
}
