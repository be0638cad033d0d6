import { InvalidInputError } from '../src/values/errors.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { IntervalInput } from './interval.ts';

const AdvanceClockInput = builder.inputType('AdvanceClockInput', {
  // Not @oneOf: tools that compose schemas do not know it, and refuse all of a schema that has it.
  description: 'How far: `by` or `to`, one of the two, and at most ten years at once.',
  fields: (t) => ({
    by: t.field({ type: IntervalInput, description: 'So long, from the time that it is.' }),
    to: t.field({ type: 'DateTime', description: 'Until this instant, which must be ahead.' }),
  }),
});

const AdvanceClockSuccess = builder.objectRef<{ now: Date }>('AdvanceClockSuccess').implement({
  description: 'It is later now, in every process, and what became due on the way is done.',
  fields: (t) => ({
    now: t.expose('now', { type: 'DateTime', description: 'The time that it is.' }),
  }),
});

const AdvanceClockPayload = builder.errorUnion('AdvanceClockPayload', {
  description: 'What came of advanceClock.',
  types: [AdvanceClockSuccess, InvalidInputError],
  resolveType: () => 'AdvanceClockSuccess',
});

builder.mutationField('advanceClock', (t) =>
  t.field({
    type: AdvanceClockPayload,
    nullable: true,
    description:
      'For tests, where Brim was started with BRIM_TEST_CLOCKS=true: moves the time on, and does what becomes due on the way, in ' +
      'order. Customer tokens and payments keep real time.',
    args: { input: t.arg({ type: AdvanceClockInput, required: true, description: 'How far.' }) },
    resolve: appOnly(async (_, { input }, { time }) => ({ now: await time.advance(input) })),
  }),
);
