/** What an app changes of its features. */
import { type Database, reading, writing } from '../database/database.ts';
import type { Load } from '../database/loader.ts';
import type { Clock } from '../values/clock.ts';
import { AlreadyExistsError, FeatureNotFoundError, InvalidInputError } from '../values/errors.ts';
import * as schemas from '../values/input.ts';
import { changedMetadata } from '../values/metadata.ts';
import type { RememberedCredits } from './credits.ts';
import { featureChanges, newFeature, problemsWithPaidFeatures } from './feature-input.ts';
import type { RememberedFeatures } from './remembered-features.ts';
import * as store from './tables.ts';
import type { Feature } from './types.ts';

export interface FeatureWrites {
  /** @throws AlreadyExistsError, InvalidInputError. */
  createFeature(input: unknown): Promise<Feature>;
  /**
   * Changes the name or the metadata. Other processes show the name of before for half a minute.
   * @throws FeatureNotFoundError, InvalidInputError.
   */
  updateFeature(input: { readonly id: string } & Record<string, unknown>): Promise<Feature>;
  /** Archiving twice is archiving once. @throws FeatureNotFoundError. */
  archiveFeature(input: { readonly id: string }): Promise<Feature>;
  /** Plans can be made with it again. @throws FeatureNotFoundError. */
  unarchiveFeature(input: { readonly id: string }): Promise<Feature>;
}

interface FeatureDeps {
  readonly database: Database;
  readonly clock: Clock;
  readonly feature: Load<string, Feature | null>;
  readonly remembered: RememberedFeatures;
  readonly credits: Pick<RememberedCredits, 'forget'>;
}

export function openFeatureWrites({ database, clock, feature, remembered, credits }: FeatureDeps): FeatureWrites {
  const { client } = database;

  async function createFeature(input: unknown): Promise<Feature> {
    const read = schemas.readInput(newFeature, input);
    const paidIds = read.creditCosts.map((each) => each.featureId);
    const paid = paidIds.length > 0 ? await reading(() => store.findFeatures(client, paidIds)) : [];
    const issues = problemsWithPaidFeatures(read.creditCosts, paid);
    if (issues.length > 0) throw new InvalidInputError(issues);
    const created: Feature = { ...read, createdAt: clock.now(), archivedAt: null };
    try {
      if (!(await writing(() => store.insertFeature(client, created)))) throw new AlreadyExistsError('feature', read.id);
    } finally {
      // Also where it is not known whether the feature was written.
      credits.forget();
    }
    return created;
  }

  async function archiveFeature({ id }: { readonly id: string }): Promise<Feature> {
    const newly = schemas.isStorableText(id) ? await writing(() => store.archiveFeature(client, id, clock.now())) : null;
    const archived = newly ?? (await feature(id));
    if (!archived) throw new FeatureNotFoundError(id);
    return archived;
  }

  async function updateFeature({ id, ...input }: { readonly id: string } & Record<string, unknown>): Promise<Feature> {
    const changes = schemas.readInput(featureChanges, input);
    if (!schemas.isStorableText(id)) throw new FeatureNotFoundError(id);
    const updated = await writing(() =>
      database.transaction(async (transaction) => {
        await store.lockCatalog(transaction);
        const [before] = await store.findFeatures(transaction, [id]);
        if (!before) throw new FeatureNotFoundError(id);
        const next = {
          ...before,
          name: changes.name ?? before.name,
          metadata: changedMetadata(before.metadata, changes) ?? before.metadata,
        };
        await store.updateFeature(transaction, id, next);
        return next;
      }),
    );
    remembered.keep([updated]);
    return updated;
  }

  async function unarchiveFeature({ id }: { readonly id: string }): Promise<Feature> {
    const newly = schemas.isStorableText(id) ? await writing(() => store.unarchiveFeature(client, id)) : null;
    const found = newly ?? (await feature(id));
    if (!found) throw new FeatureNotFoundError(id);
    remembered.keep([found]);
    return found;
  }

  return { createFeature, updateFeature, archiveFeature, unarchiveFeature };
}
