/** The input of attachPlan and previewAttach. */
import { z } from 'zod';
import * as schemas from '../../values/input.ts';
import { type InputIssueCode, says } from '../../values/issue-codes.ts';

const CHECKOUT_MODES = ['IF_REQUIRED', 'ALWAYS', 'NEVER'] as const;

/** The provider's limits of metadata: 50 keys, some of which Brim needs for its own. */
const MAX_METADATA_KEYS = 40;
const MAX_METADATA_KEY = 40;
const MAX_METADATA_VALUE = 500;

const featureQuantities = z
  .array(z.object({ featureId: schemas.id, quantity: schemas.notNegative }))
  .max(100, 'must be at most 100')
  .nullish()
  .transform((quantities) => quantities ?? []);

/** Brim passes it on to the payment provider, which stores text only. */
const metadata = schemas.jsonObject
  .nullish()
  .transform((value) => Object.entries(value ?? {}))
  .superRefine((entries, context) => {
    const refuse = (code: InputIssueCode, message: string, key?: string) =>
      context.addIssue({ code: 'custom', ...says(code, message), ...(key === undefined ? {} : { path: [key] }) });
    if (entries.length > MAX_METADATA_KEYS) refuse('TOO_LARGE', `must have at most ${MAX_METADATA_KEYS} keys`);
    for (const [key, value] of entries) {
      if (key === '' || key.length > MAX_METADATA_KEY || /[[\]]/.test(key)) {
        refuse('INVALID_FORMAT', `its keys must have 1 to ${MAX_METADATA_KEY} characters and no square brackets`);
      } else if (key.startsWith('brim_')) refuse('NOT_ALLOWED', 'its keys must not begin with brim_');
      else if (typeof value === 'object' || String(value).length > MAX_METADATA_VALUE) {
        refuse(
          typeof value === 'object' ? 'INVALID_FORMAT' : 'TOO_LONG',
          `must be a string, number or boolean of at most ${MAX_METADATA_VALUE} characters`,
          key,
        );
      } else if (String(value).trim() === '')
        refuse('REQUIRED', 'must not be empty: the payment provider would drop it. Leave the key out', key);
    }
  })
  .transform((entries) => Object.fromEntries(entries.sort().map(([key, value]) => [key, String(value)])));

/** undefined where it is off, so that a request means the same as before the option existed. */
const option = z
  .boolean()
  .nullish()
  .transform((isOn) => isOn || undefined);

export const previewInput = z.object({ customerId: schemas.id, planId: schemas.id, featureQuantities });

export const attachInput = previewInput.extend({
  checkout: z
    .enum(CHECKOUT_MODES)
    .nullish()
    .transform((mode) => mode ?? 'IF_REQUIRED'),
  successUrl: schemas.url.nullish().transform((url) => url ?? null),
  cancelUrl: schemas.url.nullish().transform((url) => url ?? null),
  savePaymentMethod: option,
  allowPromotionCodes: option,
  collectTax: option,
  idempotencyKey: schemas.idempotencyKey.nullish().transform((key) => key ?? null),
  metadata,
});

export type AttachInput = z.output<typeof attachInput>;
