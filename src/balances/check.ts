import { z } from 'zod';
import type { Catalog } from '../catalog/catalog.ts';
import type { Feature } from '../catalog/types.ts';
import type { Customers } from '../customers/customers.ts';
import type { Ledger } from '../ledger/ledger.ts';
import type { Balance, Credit } from '../ledger/model/types.ts';
import { tightest, type UsageLimit } from '../ledger/model/usage-limit.ts';
import { within } from '../ledger/rules/limit-use.ts';
import { lackOf } from '../ledger/rules/spread.ts';
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
  /** The limit without which less would be missing; null where there is none. */
  readonly limitedBy: UsageLimit | null;
  /** null for a boolean feature. */
  readonly balance: Balance | null;
  /** All balances that would pay: the feature's own first, then the credits. */
  readonly balances: readonly Balance[];
}

export interface CheckDeps {
  readonly catalog: Pick<Catalog, 'rememberedFeature' | 'creditsFor' | 'rememberedPlan'>;
  readonly customers: Pick<Customers, 'find'>;
  readonly ledger: Pick<Ledger, 'reads'>;
  readonly purchases: Pick<Purchases, 'activePlans'>;
}

const checkInput = z.object({
  customerId: schema.id,
  featureId: schema.id,
  required: schema.positive.nullish().transform((required) => required ?? ONE),
});

/**
 * Changes nothing. Feature and credits come from memory, so a usual check is one statement: the
 * balances, which tell whether there is such a customer.
 * @throws InvalidInputError, CustomerNotFoundError, FeatureNotFoundError.
 */
export async function check(deps: CheckDeps, input: unknown): Promise<Checked> {
  const { catalog, ledger } = deps;
  const { customerId, featureId, required } = schema.readInput(checkInput, input);
  const [feature, credits] = await Promise.all([catalog.rememberedFeature(featureId), catalog.creditsFor(featureId)]);
  if (!feature || feature.type === 'BOOLEAN') return checkHeld(deps, customerId, feature, { featureId, required });

  const purseOf = (of: string) => ledger.reads.purse({ customerId, featureId: of });
  const [purse, ...others] = await Promise.all([featureId, ...credits.map((credit) => credit.featureId)].map(purseOf));
  if (!purse) throw new CustomerNotFoundError(customerId);
  const { isFrozen, limits } = purse;
  const limited = (balance: Balance) => ({ ...balance, limit: tightest(limits, balance.featureId) });
  const own = limited(purse.balance);
  const payers = credits.flatMap((credit, index) =>
    others[index] ? [{ ...credit, balance: limited(others[index].balance) }] : [],
  );
  const only = onlyPayer(own, payers);
  if (only) {
    const inCredits = await checkCredits(catalog, own, only, required, isFrozen);
    if (inCredits) return inCredits;
  }
  const { shortfall, limitedBy = null } = lackOf(own, payers, required, isFrozen);
  const all = [own, ...payers.map(({ balance }) => balance)];
  return { allowed: shortfall === 0n, feature, required, shortfall, limitedBy, balance: own, balances: all };
}

/** A boolean feature is allowed if the customer has a plan with it. */
async function checkHeld(
  { catalog, customers, purchases }: CheckDeps,
  customerId: string,
  feature: Feature | null,
  { featureId, required }: { readonly featureId: string; readonly required: Decimal },
): Promise<Checked> {
  if (!(await customers.find(customerId))) throw new CustomerNotFoundError(customerId);
  if (!feature) throw new FeatureNotFoundError(featureId);
  const held = await Promise.all((await purchases.activePlans(customerId)).map(catalog.rememberedPlan));
  const allowed = held.some((plan) => plan?.items.some((item) => item.featureId === featureId));
  return { allowed, feature, required, shortfall: allowed ? 0n : required, limitedBy: null, balance: null, balances: [] };
}

type Limited = Balance & { readonly limit: UsageLimit | undefined };
type Payer = Credit & { readonly balance: Limited };

/** The one credit system that pays for everything, if nothing of the feature itself remains. */
function onlyPayer(own: Balance, payers: readonly Payer[]): Payer | undefined {
  if (own.unlimited || own.remaining > 0n) return undefined;
  const known = payers.filter(({ balance }) => balance.version > 0n);
  if (known.length > 0) return known.length === 1 ? known[0] : undefined;
  return own.granted === 0n && payers.length === 1 ? payers[0] : undefined;
}

async function checkCredits(
  catalog: CheckDeps['catalog'],
  { limit }: Limited,
  { featureId, cost, balance }: Payer,
  units: Decimal,
  isFrozen: boolean,
): Promise<Checked | null> {
  const feature = await catalog.rememberedFeature(featureId);
  if (!feature) return null;
  const required = multiplyUp(units, cost);
  // Beyond the limit of the feature itself no credits are taken.
  const allowed = within(limit, units);
  const beyond = allowed < units && !isFrozen ? required - multiplyUp(allowed, cost) : 0n;
  const lack = lackOf(balance, [], required - beyond, isFrozen);
  const shortfall = lack.shortfall + beyond;
  const limitedBy = (beyond > 0n ? limit : lack.limitedBy) ?? null;
  return { allowed: shortfall === 0n, feature, required, shortfall, limitedBy, balance, balances: [balance] };
}
