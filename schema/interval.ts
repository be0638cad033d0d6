import { INTERVAL_UNITS, type Interval } from '../src/values/interval.ts';
import { builder } from './builder.ts';

const describe: Record<(typeof INTERVAL_UNITS)[number], string> = {
  MINUTE: 'Sixty seconds.',
  HOUR: 'Sixty minutes.',
  DAY: 'Twenty-four hours.',
  WEEK: 'Seven days.',
  MONTH: 'A calendar month; where it lacks the day, its last day.',
  QUARTER: 'Three calendar months.',
  SEMI_ANNUAL: 'Six calendar months.',
  YEAR: 'Twelve calendar months.',
};

export const IntervalUnitType = builder.enumType('IntervalUnit', {
  description: 'A unit of calendar time, in UTC.',
  values: Object.fromEntries(INTERVAL_UNITS.map((unit) => [unit, { value: unit, description: describe[unit] }])) as {
    [Unit in (typeof INTERVAL_UNITS)[number]]: { value: Unit; description: string };
  },
});

export const IntervalType = builder.objectRef<Interval>('Interval').implement({
  description: 'A length of calendar time: { unit: MONTH, count: 3 }.',
  fields: (t) => ({
    unit: t.expose('unit', { type: IntervalUnitType, description: 'Of what.' }),
    count: t.exposeInt('count', { description: 'How many.' }),
  }),
});

export const IntervalInput = builder.inputType('IntervalInput', {
  description: 'A length of calendar time.',
  fields: (t) => ({
    unit: t.field({ type: IntervalUnitType, required: true, description: 'Of what.' }),
    count: t.int({ defaultValue: 1, description: 'How many: 1 to 1000.' }),
  }),
});
