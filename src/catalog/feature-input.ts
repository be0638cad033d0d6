/** The input of createFeature. */
import { z } from 'zod';
import type { InputIssue } from '../values/errors.ts';
import * as schemas from '../values/input.ts';
import { type InputIssueCode, says } from '../values/issue-codes.ts';
import { metadataChanges } from '../values/metadata.ts';
import { type CreditCost, FEATURE_TYPES, type Feature } from './types.ts';

const MAX_CREDIT_COSTS = 100;

export const newFeature = z
  .object({
    id: schemas.id,
    name: schemas.text(200),
    type: z.enum(FEATURE_TYPES),
    consumable: z
      .boolean()
      .nullish()
      .transform((value) => value ?? true),
    creditCosts: z
      .array(z.object({ featureId: schemas.id, cost: schemas.positive }))
      .max(MAX_CREDIT_COSTS, `must be at most ${MAX_CREDIT_COSTS}`)
      .nullish()
      .transform((costs) => costs ?? []),
    metadata: schemas.jsonObject.nullish().transform((facts) => facts ?? {}),
  })
  .superRefine((value, context) => {
    const refuse = (path: (string | number)[], code: InputIssueCode, message: string) =>
      context.addIssue({ code: 'custom', path, ...says(code, message) });
    if (!value.consumable)
      refuse(['consumable'], 'INVALID', 'features that are not consumed are not supported yet: leave it out');
    if (value.type === 'CREDIT_SYSTEM' && value.creditCosts.length === 0) {
      refuse(
        ['creditCosts'],
        'REQUIRED',
        'must say what features cost in credits: a credit system without costs pays for nothing',
      );
    }
    if (value.type !== 'CREDIT_SYSTEM' && value.creditCosts.length > 0) {
      refuse(['creditCosts'], 'NOT_ALLOWED', 'is only for a credit system: leave it out, or use the type CREDIT_SYSTEM');
    }
    const paidIds = value.creditCosts.map((each) => each.featureId);
    paidIds.forEach((paidId, index) => {
      const path = ['creditCosts', index, 'featureId'];
      if (paidId === value.id) refuse(path, 'INVALID', 'a credit system cannot pay for itself: that is a cycle');
      else if (paidIds.indexOf(paidId) < index) refuse(path, 'DUPLICATE', 'must be named once');
    });
  });

/** What updateFeature changes. */
export const featureChanges = z.object({ name: schemas.text(200).nullish(), ...metadataChanges });

/**
 * Problems with the features that a credit system pays for. `paid` are those of them that exist.
 */
export function problemsWithPaidFeatures(costs: readonly CreditCost[], paid: readonly Feature[]): readonly InputIssue[] {
  const features = new Map(paid.map((feature) => [feature.id, feature]));
  return costs.flatMap(({ featureId }, index): InputIssue[] => {
    const message = problemWith(featureId, features.get(featureId));
    const code = features.has(featureId) ? 'INVALID' : 'UNKNOWN';
    return message === undefined ? [] : [{ path: ['creditCosts', String(index), 'featureId'], message, code }];
  });
}

function problemWith(id: string, feature: Feature | undefined): string | undefined {
  if (!feature) return `there is no feature with the id "${id}"`;
  if (feature.archivedAt) return `the feature "${id}" is archived`;
  if (feature.type === 'BOOLEAN') return `"${id}" is a boolean feature: it is not used up, so it costs no credits`;
  if (feature.type === 'CREDIT_SYSTEM') return `"${id}" is a credit system: credits that pay for credits could make a cycle`;
  return undefined;
}
