import { z } from 'zod';
import type { Database } from '../database/database.ts';
import { reading, writing } from '../database/database.ts';
import { gather, gatherById, type Load } from '../database/loader.ts';
import type { Credit } from '../ledger/model/types.ts';
import type { Clock } from '../values/clock.ts';
import {
  AlreadyExistsError,
  FeatureNotFoundError,
  type InputIssue,
  InvalidInputError,
  PlanNotFoundError,
} from '../values/errors.ts';
import * as schemas from '../values/input.ts';
import { changedMetadata, metadataChanges } from '../values/metadata.ts';
import { rememberCredits } from './credits.ts';
import { type FeatureWrites, openFeatureWrites } from './feature-writes.ts';
import { refuseUnfit } from './item-feature.ts';
import { planTerms } from './plan-input.ts';
import { asInput, definedOf, isSameAs, termsOf } from './plan-update.ts';
import { asKept, rememberFeatures } from './remembered-features.ts';
import * as store from './tables.ts';
import type { Feature, FeatureType, Plan, PlanTerms } from './types.ts';
import { refuseRival, writeVersion } from './write-version.ts';

/**
 * Features and plans: what customers use, and what can be attached to them.
 *
 * Owns the tables feature and plan. The type of a feature never changes, and no feature is deleted.
 * A version of a plan never changes. An archived plan is no longer offered until it is unarchived,
 * and customers who have it keep it.
 */
export interface Catalog extends FeatureWrites {
  /** Version 1. @throws AlreadyExistsError, FeatureNotFoundError, InvalidInputError. */
  createPlan(input: unknown): Promise<Plan>;
  /**
   * Makes the next version, unless nothing changes; what the input leaves out stays as it was.
   * `archived` archives it in the same step. Customers keep the version that they have.
   * @throws PlanNotFoundError, FeatureNotFoundError, InvalidInputError.
   */
  updatePlan(input: PlanUpdate, options?: { readonly archived: boolean }): Promise<Plan>;
  /** Archiving twice is archiving once. @throws PlanNotFoundError. */
  archivePlan(input: { readonly id: string }): Promise<Plan>;
  /** Puts it on sale again. @throws PlanNotFoundError, InvalidInputError as a new version would. */
  unarchivePlan(input: { readonly id: string }): Promise<Plan>;

  readonly feature: Load<string, Feature | null>;
  /**
   * The same from memory, once it was read. `archivedAt` is null here; `metadata` may be old, and
   * so may a name that another process changed within half a minute.
   */
  rememberedFeature(id: string): Feature | Promise<Feature | null>;
  /** The type of a feature, from memory once it was read. @throws FeatureNotFoundError. */
  typeOf(featureId: string): Promise<FeatureType>;
  /**
   * The credit systems that pay for a feature, oldest first. Archived ones, too, because customers
   * can spend the credits that they have. From memory: one that this process makes is known at
   * once, one that another process makes within a second.
   */
  creditsFor(featureId: string): readonly Credit[] | Promise<readonly Credit[]>;
  features(options: { includeArchived: boolean }): Promise<readonly Feature[]>;
  /** The newest version. */
  readonly newestPlan: Load<string, Plan | null>;
  readonly planVersion: Load<{ id: string; version: number }, Plan | null>;
  /** The same from memory, once it was read. `archivedAt` is null here, and has to be read. */
  rememberedPlan(key: { readonly id: string; readonly version: number }): Promise<Plan | null>;
  /** The newest version of each. */
  plans(options: { includeArchived: boolean }): Promise<readonly Plan[]>;
}

type PlanUpdate = { readonly id: string } & Record<string, unknown>;

export interface CatalogDeps {
  readonly database: Database;
  readonly clock: Clock;
  /** The prices of a plan that could never be paid, with their paths. */
  readonly problemsWithCharges: (terms: PlanTerms) => readonly InputIssue[];
}

export function openCatalog({ database, clock, problemsWithCharges }: CatalogDeps): Catalog {
  const { client } = database;
  const remembered = rememberFeatures();
  const feature = gatherById(async (ids) => {
    const found = await store.readFeatures(database.statements, ids);
    remembered.keep(found);
    return found;
  });
  const versions = new Map<string, Plan>();
  const rememberPlans = (plans: Iterable<Plan>): void => {
    for (const plan of plans) versions.set(planKey(plan), asKept(plan));
  };
  const newestPlan = gatherById(async (ids) => {
    const found = await store.findNewestPlans(client, ids);
    rememberPlans(found);
    return found;
  });

  const planVersion = gather(async (keys: readonly { id: string; version: number }[]) => {
    const found = new Map((await store.findPlanVersions(client, keys)).map((plan) => [planKey(plan), plan]));
    rememberPlans(found.values());
    return keys.map((key) => found.get(planKey(key)) ?? null);
  });

  const findVersion: Catalog['planVersion'] = async (key) =>
    schemas.isStorableText(key.id) && isVersion(key.version) ? planVersion(key) : null;

  /** Asked for every new customer and every refused check. Callers of one turn share the answer. */
  const newestPlans = gather(async (asks: readonly 'all'[]) => {
    const plans = await store.findNewestPlans(client);
    return asks.map(() => plans);
  });

  const credits = rememberCredits(() => store.listCreditSystems(database.statements));

  const features = openFeatureWrites({ database, clock, feature, remembered, credits });

  const rememberedFeature: Catalog['rememberedFeature'] = (id) => remembered.get(id, feature) ?? feature(id);

  async function typeOf(featureId: string): Promise<FeatureType> {
    const found = await rememberedFeature(featureId);
    if (!found) throw new FeatureNotFoundError(featureId);
    return found.type;
  }

  async function createPlan(input: unknown): Promise<Plan> {
    const { id } = schemas.readInput(z.object({ id: schemas.id }), input);
    const terms = await readTerms(input, client);
    return writing(() =>
      database.transaction(async (transaction) => {
        await store.lockCatalog(transaction);
        const others = await store.findNewestPlans(transaction);
        if (others.some((plan) => plan.id === id)) throw new AlreadyExistsError('plan', id);
        return writeVersion(transaction, { ...terms, id, version: 1, createdAt: clock.now(), archivedAt: null }, others);
      }),
    );
  }

  async function updatePlan(
    { id, items, metadata, mergeMetadata, ...others }: PlanUpdate,
    { archived } = { archived: false },
  ): Promise<Plan> {
    const changes = items == null ? others : { ...others, items };
    const facts = schemas.readInput(z.object(metadataChanges), { metadata, mergeMetadata });
    if (!schemas.isStorableText(id)) throw new PlanNotFoundError(id);
    return writing(() =>
      database.transaction(async (transaction) => {
        await store.lockCatalog(transaction);
        const all = await store.findNewestPlans(transaction);
        const newest = all.find((plan) => plan.id === id);
        if (!newest || newest.archivedAt) throw new PlanNotFoundError(id);
        // Over the present version, read under the lock, so that two updates at once both count.
        const kept = changedMetadata(newest.metadata, facts) ?? newest.metadata;
        const input = { ...asInput(newest), ...definedOf(changes), metadata: kept };
        // Items that the caller does not name stay as they are, even where their features are
        // archived by now.
        const terms = items == null ? readPriced(input) : await readTerms(input, transaction);
        const next = { ...terms, id, version: newest.version + 1, createdAt: clock.now(), archivedAt: null };
        const written = isSameAs(termsOf(newest), terms)
          ? newest
          : await writeVersion(
              transaction,
              next,
              all.filter((plan) => plan.id !== id),
            );
        return (archived && (await store.archivePlan(transaction, id, clock.now()))) || written;
      }),
    );
  }

  async function archivePlan({ id }: { readonly id: string }): Promise<Plan> {
    const newly = schemas.isStorableText(id) ? await writing(() => store.archivePlan(client, id, clock.now())) : null;
    const archived = newly ?? (await newestPlan(id));
    if (!archived) throw new PlanNotFoundError(id);
    return archived;
  }

  async function unarchivePlan({ id }: { readonly id: string }): Promise<Plan> {
    if (!schemas.isStorableText(id)) throw new PlanNotFoundError(id);
    const onSale = await writing(() =>
      database.transaction(async (transaction) => {
        await store.lockCatalog(transaction);
        const all = await store.findNewestPlans(transaction);
        const newest = all.find((plan) => plan.id === id);
        if (!newest) throw new PlanNotFoundError(id);
        if (!newest.archivedAt) return newest;
        refuseRival(
          newest,
          all.filter((plan) => plan.id !== id),
          'id',
        );
        await store.unarchivePlan(transaction, id);
        return { ...newest, archivedAt: null };
      }),
    );
    return onSale;
  }

  /** Reads the terms. @throws InvalidInputError, also for prices that could never be charged. */
  function readPriced(input: unknown): PlanTerms {
    const terms = schemas.readInput(planTerms, input);
    const issues = problemsWithCharges(terms);
    if (issues.length > 0) throw new InvalidInputError(issues);
    return terms;
  }

  /** Reads the terms and looks up their features, on the connection that the caller holds. */
  async function readTerms(input: unknown, reader: store.FeatureReader): Promise<PlanTerms> {
    const terms = readPriced(input);
    const ids = terms.items.map((item) => item.featureId);
    const features = new Map((await reading(() => store.findFeatures(reader, ids))).map((each) => [each.id, each]));
    terms.items.forEach((item, index) => {
      refuseUnfit(item, index, features.get(item.featureId));
    });
    return terms;
  }

  return {
    ...features,
    createPlan,
    updatePlan,
    archivePlan,
    unarchivePlan,
    feature,
    rememberedFeature,
    typeOf,
    creditsFor: credits.of,
    features: ({ includeArchived }) => reading(() => store.listFeatures(client, includeArchived)),
    newestPlan,
    planVersion: findVersion,
    rememberedPlan: async (key) => versions.get(planKey(key)) ?? findVersion(key),
    plans: async ({ includeArchived }) => {
      const plans = await newestPlans('all');
      return includeArchived ? plans : plans.filter((plan) => !plan.archivedAt);
    },
  };
}

/** True for numbers that the column can hold. No plan has another version. */
function isVersion(version: number): boolean {
  return Number.isInteger(version) && version >= 1 && version < 2 ** 31;
}

/** "id@version", the key of a version in caches. */
export function planKey(plan: { readonly id: string; readonly version: number }): string {
  return `${plan.id}@${plan.version}`;
}
