import type { Rollover } from '../src/ledger/model/types.ts';
import { builder } from './builder.ts';
import { IntervalInput, IntervalType } from './interval.ts';

export const RolloverObject = builder.objectRef<Rollover>('Rollover').implement({
  description:
    'How much of an unused amount is carried into the next period. If both limits are ' +
    'set, the lower one applies.',
  fields: (t) => ({
    max: t.expose('max', {
      type: 'Decimal',
      nullable: true,
      description:
        'The most that is carried at any time, counting what earlier periods left; null: ' +
        'no limit.',
    }),
    maxPercentage: t.exposeInt('maxPercentage', {
      nullable: true,
      description: 'The same limit as a percentage of what is included, 1 to 100; null: no limit.',
    }),
    expiresAfter: t.expose('expiresAfter', {
      type: IntervalType,
      nullable: true,
      description:
        "How long after a period's end the amount carried from it can be used; null: " + 'forever.',
    }),
  }),
});

export const RolloverInput = builder.inputType('RolloverInput', {
  description:
    'How much of an unused amount is carried into the next period. {} carries all of ' +
    'it, forever. If both limits are set, the lower one applies.',
  fields: (t) => ({
    max: t.field({
      type: 'Decimal',
      description:
        'The most that is carried at any time, counting what earlier periods left: above ' +
        'zero. Left out: no limit.',
    }),
    maxPercentage: t.int({
      description:
        'The same limit as a percentage of what is included: 1 to 100. Left out: no ' + 'limit.',
    }),
    expiresAfter: t.field({
      type: IntervalInput,
      description:
        "How long after a period's end the amount carried from it can be used. Left out: " +
        'forever.',
    }),
  }),
});
