import { INTERVAL_UNITS, type Interval } from '../src/values/interval.ts';
import { builder } from './builder.ts';

const descriptions: Record<(typeof INTERVAL_UNITS)[number], string> = {
  MINUTE: 'A fixed length of sixty seconds.',
  HOUR: 'A fixed length of sixty minutes.',
  DAY: 'A fixed length of twenty-four hours.',
  WEEK: 'A fixed length of seven days.',
  MONTH:
    'A calendar month. It ends on the last day of a month that lacks the day: a month ' +
    'after 31 January is 28 or 29 February.',
  QUARTER: 'Three calendar months, counted as MONTH counts them.',
  SEMI_ANNUAL: 'Six calendar months, counted as MONTH counts them.',
  YEAR: 'Twelve calendar months, counted as MONTH counts them.',
};

export const IntervalUnitType = builder.enumType('IntervalUnit', {
  description: 'A unit of calendar time. All calendars are in UTC.',
  values: Object.fromEntries(
    INTERVAL_UNITS.map((unit) => [unit, { value: unit, description: descriptions[unit] }]),
  ) as {
    [Unit in (typeof INTERVAL_UNITS)[number]]: { value: Unit; description: string };
  },
});

export const IntervalType = builder.objectRef<Interval>('Interval').implement({
  description: 'A length of calendar time: { unit: MONTH, count: 3 } is three months.',
  fields: (t) => ({
    unit: t.expose('unit', {
      type: IntervalUnitType,
      description: 'The unit that `count` counts.',
    }),
    count: t.exposeInt('count', { description: 'How many units it is long: 1 to 1000.' }),
  }),
});

export const IntervalInput = builder.inputType('IntervalInput', {
  description:
    'A length of calendar time: { unit: MONTH, count: 3 } is three months, { unit: ' +
    'DAY } is one day.',
  fields: (t) => ({
    unit: t.field({
      type: IntervalUnitType,
      required: true,
      description: 'The unit that `count` counts.',
    }),
    count: t.int({ defaultValue: 1, description: 'How many units it is long: 1 to 1000.' }),
  }),
});
