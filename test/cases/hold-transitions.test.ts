import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { HOLD_STATUSES, type HoldStatus } from '../../src/ledger/model/types.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';
import {
  balanceOf,
  createCustomer,
  createFeature,
  findHold,
  grant,
  placeHold,
  releaseHold,
  settleHold,
} from '../support/shop.ts';

const TOKENS = 'tokens';
let brim: TestBrim;

beforeAll(async () => {
  brim = await openBrim({ config: { testClocks: true } });
  await createFeature(brim, TOKENS);
});
afterAll(() => brim.close());

async function passAnHour(): Promise<void> {
  const { advanceClock } = await brim.data('mutation { advanceClock(input: { by: { unit: HOUR, count: 1 } }) { __typename } }');
  expect(advanceClock).toEqual({ __typename: 'AdvanceClockSuccess' });
}

const EVENTS = {
  settle: (id: string) => settleHold(brim, id, '5'),
  release: (id: string) => releaseHold(brim, id),
  lapse: passAnHour,
};
type Event = keyof typeof EVENTS;
/** The event that leads from OPEN to each status. */
const ENDS: Readonly<Record<HoldStatus, Event | null>> = {
  OPEN: null,
  SETTLED: 'settle',
  RELEASED: 'release',
  EXPIRED: 'lapse',
};

/** A hold of 8 of 15 in this status. */
async function holdIn(status: HoldStatus, customerId: string): Promise<string> {
  await createCustomer(brim, customerId);
  await grant(brim, { customerId, featureId: TOKENS, amount: '15' });
  const { hold } = await placeHold(brim, { customerId, featureId: TOKENS, amount: '8', expiresInSeconds: 60 });
  const end = ENDS[status];
  if (end) await EVENTS[end](hold.id);
  expect((await findHold(brim, hold.id)).status).toBe(status);
  return hold.id;
}

describe('every event of a hold in every status', () => {
  for (const status of HOLD_STATUSES) {
    for (const event of ['settle', 'release', 'lapse'] as const) {
      it(`${event} of a hold that is ${status}`, async () => {
        const customerId = `${status}-${event}`;
        const id = await holdIn(status, customerId);
        const before = [await findHold(brim, id), await balanceOf(brim, customerId, TOKENS)];
        const answer = await EVENTS[event](id);
        const after = [await findHold(brim, id), await balanceOf(brim, customerId, TOKENS)];
        if (status === 'OPEN') {
          const remaining = { settle: '10', release: '15', lapse: '15' }[event];
          const next = { settle: 'SETTLED', release: 'RELEASED', lapse: 'EXPIRED' }[event];
          expect(after).toMatchObject([{ status: next }, { remaining, held: '0' }]);
        } else {
          if (event !== 'lapse') expect(answer).toMatchObject({ __typename: 'HoldNotOpenError', hold: before[0] });
          expect(after).toEqual(before);
        }
      });
    }
  }
});
