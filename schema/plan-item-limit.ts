import type { ItemLimit } from '../src/catalog/types.ts';
import { builder } from './builder.ts';
import { IntervalInput, IntervalType } from './interval.ts';

export const PlanItemLimitObject = builder.objectRef<ItemLimit>('PlanItemLimit').implement({
  description:
    'The most that a customer of the plan may use of the feature in each window of the calendar, ' +
    'whichever balance pays.',
  fields: (t) => ({
    per: t.expose('per', {
      type: IntervalType,
      description: 'The length of the windows, which follow the calendar in UTC.',
    }),
    max: t.expose('max', {
      type: 'Decimal',
      description: 'How much may be used in one window, in units of the feature.',
    }),
  }),
});

export const PlanItemLimitInput = builder.inputType('PlanItemLimitInput', {
  description:
    'The most that a customer of the plan may use of the feature in each window of the calendar, ' +
    'whichever balance pays.',
  fields: (t) => ({
    per: t.field({
      type: IntervalInput,
      required: true,
      description:
        'The length of the windows: a minute to a year. They follow the calendar in UTC.',
    }),
    max: t.field({
      type: 'Decimal',
      required: true,
      description: 'How much may be used in one window. 0: nothing.',
    }),
  }),
});
