/** A catalogue as a file has it, and what would make Brim's the same. */
import { isDeepStrictEqual } from 'node:util';
import { z } from 'zod';
import type { InputIssue } from '../values/errors.ts';
import { InvalidInputError } from '../values/errors.ts';
import * as schemas from '../values/input.ts';
import { newFeature } from './feature-input.ts';
import { planTerms } from './plan-input.ts';
import { asInput } from './plan-update.ts';
import type { Feature, Plan, PlanTerms } from './types.ts';
import { unknownFields } from './unknown-fields.ts';

type NewFeature = z.output<typeof newFeature>;

/** All that a file says. What it leaves out has its default. */
export interface CatalogFile {
  readonly features: readonly NewFeature[];
  readonly plans: readonly (PlanTerms & { readonly id: string })[];
}

/** One step towards the file. `differs` has a line for each difference. */
export type CatalogChange =
  | {
      readonly verb: 'createFeature' | 'updateFeature' | 'createPlan' | 'updatePlan';
      readonly id: string;
      readonly input: Record<string, unknown>;
      readonly differs: readonly string[];
    }
  | { readonly verb: 'unarchiveFeature' | 'unarchivePlan'; readonly id: string; readonly differs: readonly string[] }
  /** What a feature is and costs never changes. */
  | { readonly verb: 'cannot'; readonly id: string; readonly differs: readonly string[] };

const file = z.strictObject({ features: z.array(z.unknown()).default([]), plans: z.array(z.unknown()).default([]) });
const named = z.object({ id: schemas.id });

/**
 * @param problemsWithCharges The prices that could never be paid.
 * @throws InvalidInputError with the path of each problem.
 */
export function readCatalogFile(input: unknown, problemsWithCharges: (terms: PlanTerms) => readonly InputIssue[]): CatalogFile {
  const { features, plans } = schemas.readInput(file, withTextAmounts(input));
  return {
    features: features.map((each, index) => at(['features', index], () => readWhole(newFeature, each))),
    plans: plans.map((each, index) =>
      at(['plans', index], () => {
        const { id, ...rest } = isBranch(each) ? { id: undefined, ...each } : { id: undefined };
        const terms = { ...schemas.readInput(named, { id }), ...readWhole(planTerms, rest) };
        const issues = problemsWithCharges(terms);
        if (issues.length > 0) throw new InvalidInputError(issues);
        return terms;
      }),
    ),
  };
}

/** @throws InvalidInputError also for a field that the schema does not have. */
function readWhole<Output>(schema: z.ZodType<Output>, input: unknown): Output {
  const unknown = unknownFields(schema, input);
  if (unknown.length > 0) throw new InvalidInputError(unknown);
  return schemas.readInput(schema, input);
}

function at<Result>(path: readonly (string | number)[], read: () => Result): Result {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof InvalidInputError)) throw error;
    throw new InvalidInputError(error.issues.map((issue) => ({ ...issue, path: [...path.map(String), ...issue.path] })));
  }
}

/** Counts are numbers; every other number of a catalogue is an amount, which is read from text. */
const COUNTS = ['count', 'maxPercentage'];

/** The app's own data, which is taken as it is. */
const METADATA = 'metadata';

function withTextAmounts(value: unknown, key = ''): unknown {
  if (typeof value === 'number' && !COUNTS.includes(key)) return String(value);
  if (Array.isArray(value)) return value.map((each) => withTextAmounts(each, key));
  if (typeof value !== 'object' || value === null || key === METADATA) return value;
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, withTextAmounts(part, name)]));
}

/**
 * What makes Brim's catalogue that of the file: features first, then plans, and of those first what
 * stops to be attached by itself. What the file does not name is left alone.
 */
export function changesTowards(
  { features, plans }: CatalogFile,
  present: { readonly features: readonly Feature[]; readonly plans: readonly Plan[] },
): readonly CatalogChange[] {
  const [knownFeatures, knownPlans] = [byId(present.features), byId(present.plans)];
  const ofFeatures = features.flatMap((feature) => featureChange(feature, knownFeatures.get(feature.id)));
  const ofPlans = plans.flatMap((plan) => planChange(plan, knownPlans.get(plan.id)));
  const isAutomatic = ({ id }: CatalogChange) => Number(plans.some((plan) => plan.id === id && plan.autoEnable));
  return [...ofFeatures, ...ofPlans.toSorted((one, other) => isAutomatic(one) - isAutomatic(other))];
}

const byId = <Item extends { readonly id: string }>(items: readonly Item[]) => new Map(items.map((each) => [each.id, each]));

function featureChange(wanted: NewFeature, known: Feature | undefined): readonly CatalogChange[] {
  if (!known) return [{ verb: 'createFeature', id: wanted.id, input: plain(wanted), differs: [] }];
  const { createdAt: _, archivedAt, name, metadata, ...fixed } = known;
  const { name: newName, metadata: newMetadata, ...wantedFixed } = wanted;
  const { id } = wanted;
  const forGood = differencesOf(plain(fixed), plain(wantedFixed));
  if (forGood.length > 0) return [{ verb: 'cannot', id, differs: forGood }];
  const differs = differencesOf({ name, metadata }, { name: newName, metadata: newMetadata });
  const input = { id, name: newName, metadata: newMetadata };
  return [
    ...(archivedAt ? [{ verb: 'unarchiveFeature', id, differs: [] } as const] : []),
    ...(differs.length > 0 ? [{ verb: 'updateFeature', id, input, differs } as const] : []),
  ];
}

function planChange(wanted: PlanTerms & { readonly id: string }, known: Plan | undefined): readonly CatalogChange[] {
  const { id, ...terms } = wanted;
  const input = { id, ...plain(terms) };
  if (!known) return [{ verb: 'createPlan', id, input, differs: [] }];
  const differs = differencesOf(plain(planTerms.parse(asInput(known))), plain(terms));
  return [
    ...(known.archivedAt ? [{ verb: 'unarchivePlan', id, differs: [] } as const] : []),
    ...(differs.length > 0 ? [{ verb: 'updatePlan', id, input, differs } as const] : []),
  ];
}

const plain = (value: object): Record<string, unknown> => asInput(value);

/** A line for each place in which two values differ. */
function differencesOf(before: unknown, after: unknown, path = ''): readonly string[] {
  if (isDeepStrictEqual(before, after)) return [];
  if (!isBranch(before) || !isBranch(after))
    return [`${path}: ${JSON.stringify(before ?? null)} → ${JSON.stringify(after ?? null)}`];
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  return names.flatMap((name) =>
    differencesOf(Reflect.get(before, name), Reflect.get(after, name), path ? `${path}.${name}` : name),
  );
}

const isBranch = (value: unknown): value is object => typeof value === 'object' && value !== null;
