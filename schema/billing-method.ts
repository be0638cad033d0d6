import type { BILLING_METHODS } from '../src/catalog/types.ts';
import { builder } from './builder.ts';

export const BillingMethodEnum = builder.enumType('BillingMethod', {
  description: 'When a price is paid.',
  values: {
    PREPAID: { description: 'Before use: the quantity is chosen and paid when the plan is attached.' },
    USAGE_BASED: { description: 'After use. Not supported yet.' },
  } satisfies Record<(typeof BILLING_METHODS)[number], { description: string }>,
});
