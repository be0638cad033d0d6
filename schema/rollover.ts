import type { Rollover } from '../src/ledger/model/types.ts';
import { builder } from './builder.ts';
import { IntervalInput, IntervalType } from './interval.ts';

export const RolloverObject = builder.objectRef<Rollover>('Rollover').implement({
  description: 'What of an unused amount is carried into its next period. Of two bounds the lower counts.',
  fields: (t) => ({
    max: t.expose('max', {
      type: 'Decimal',
      nullable: true,
      description: 'The most that is carried at any time; null: no bound.',
    }),
    maxPercentage: t.exposeInt('maxPercentage', {
      nullable: true,
      description: 'The same, as a percentage of what is included; null: no bound.',
    }),
    expiresAfter: t.expose('expiresAfter', {
      type: IntervalType,
      nullable: true,
      description: 'How long what is carried can be used; null: forever.',
    }),
  }),
});

export const RolloverInput = builder.inputType('RolloverInput', {
  description:
    'What of an unused amount is carried into its next period; {}: all of it, forever. Of two bounds the lower counts.',
  fields: (t) => ({
    max: t.field({ type: 'Decimal', description: 'The most that is carried at any time: above zero; left out: no bound.' }),
    maxPercentage: t.int({
      description: 'The same, as a percentage of what is included: 1 to 100; left out: no bound.',
    }),
    expiresAfter: t.field({ type: IntervalInput, description: 'How long what is carried can be used; left out: forever.' }),
  }),
});
