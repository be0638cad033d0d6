import { InvalidInputError } from '../src/values/errors.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { IntervalInput } from './interval.ts';

const AdvanceClockInput = builder.inputType('AdvanceClockInput', {
  // Not @oneOf: tools that compose schemas refuse a schema with a directive that they do not know.
  description: 'How far to move time: either `by` or `to`, at most ten years at once.',
  fields: (t) => ({
    by: t.field({ type: IntervalInput, description: 'How long to move time on from now.' }),
    to: t.field({
      type: 'DateTime',
      description: 'The instant to move time to, which must be after now.',
    }),
  }),
});

const AdvanceClockSuccess = builder.objectRef<{ now: Date }>('AdvanceClockSuccess').implement({
  description: 'Time is moved on in every process, and everything that became due is done.',
  fields: (t) => ({
    now: t.expose('now', { type: 'DateTime', description: 'The time that it is now.' }),
  }),
});

const AdvanceClockPayload = builder.errorUnion('AdvanceClockPayload', {
  description: 'The new time, or the reason why it was not moved.',
  types: [AdvanceClockSuccess, InvalidInputError],
  resolveType: () => 'AdvanceClockSuccess',
});

builder.mutationField('advanceClock', (t) =>
  t.field({
    type: AdvanceClockPayload,
    nullable: true,
    description:
      'For tests, if Brim was started with BRIM_TEST_CLOCKS=true: moves time on, and ' +
      'does everything that becomes due on the way, in order. Customer tokens and ' +
      'payments stay in real time. Needs a secret key.',
    args: {
      input: t.arg({
        type: AdvanceClockInput,
        required: true,
        description: 'How far to move time on.',
      }),
    },
    resolve: appOnly(async (_, { input }, { time }) => ({ now: await time.advance(input) })),
  }),
);
