import type { BILLING_METHODS } from '../src/catalog/types.ts';
import { builder } from './builder.ts';

export const BillingMethodEnum = builder.enumType('BillingMethod', {
  description: 'When the customer pays for what a price sells.',
  values: {
    PREPAID: {
      description:
        'Before use: the customer chooses a quantity and pays for it when the plan is ' +
        'attached.',
    },
    USAGE_BASED: {
      description: 'After use. Not supported yet: plans with such a price are refused.',
    },
  } satisfies Record<(typeof BILLING_METHODS)[number], { description: string }>,
});
