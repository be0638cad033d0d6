/**
 * What must become of a balance that tops itself up: packs of 100 for $10 each, bought with a saved
 * card. Time is hours since a midnight of UTC; `monthOf` says which month they are in.
 */
export const [PACK, PRICE] = [100, 10];
const MOST_A_DAY = 10;
const DAY = 24;
/** Hours until the next attempt after the first declines in a row. One more suspends. */
const WAITS = [1, 6];

export interface Setting {
  readonly threshold: number;
  /** How many packs one top-up buys at least. */
  readonly packs: number;
  /** Dollars. */
  readonly maxPerMonth: number;
}

/** The fewest packs that bring a balance above the threshold, or more if more is set. */
export function packsAt({ threshold, packs }: Setting, remaining: number): number {
  return Math.max(packs, remaining > threshold ? 0 : Math.floor((threshold - remaining) / PACK) + 1);
}

/** @param monthOf the number of an hour's month, which is one more for each month. */
export function openModel(remaining: number, monthOf: (hour: number) => number) {
  const attempts: { readonly hour: number; readonly packs: number; readonly isPaid: boolean }[] = [];
  const was = { remaining, declining: 0 };
  const holds: { readonly amount: number; readonly until: number }[] = [];
  let setting: Setting | null = null;
  let [declines, isSuspended] = [0, false];
  /** Until when nothing is looked at, though the balance may be low. */
  let waits: number | null = null;

  const spentIn = (hour: number) =>
    attempts
      .filter((each) => each.isPaid && monthOf(each.hour) === monthOf(hour))
      .reduce((dollars, { packs }) => dollars + packs * PRICE, 0);
  const nextMonth = (hour: number) => {
    let day = Math.floor(hour / DAY) + 1;
    while (monthOf(day * DAY) === monthOf(hour)) day += 1;
    return day * DAY;
  };
  /** What is held is given back by time. */
  const lapse = (hour: number) => {
    for (const hold of holds.filter(({ until }) => until <= hour)) {
      was.remaining += hold.amount;
      holds.splice(holds.indexOf(hold), 1);
    }
  };
  const goOn = () => {
    [declines, isSuspended, waits] = [0, false, null];
  };

  return {
    /** What remains of the balance, and how many of the next charges the bank declines. */
    was,
    set(wanted: Setting | null) {
      setting = wanted;
      goOn();
    },
    hold(amount: number, until: number) {
      was.remaining -= amount;
      holds.push({ amount, until });
    },
    /** Another card ends what the old one caused. */
    newCard() {
      if (setting && (isSuspended || declines > 0)) goOn();
    },
    /** What one top-up of the least size makes good, for a burst to use; 0: nothing is set. */
    burst: () => (setting ? Math.max(was.remaining - setting.threshold + setting.packs * PACK - 1, 0) : 0),
    /** Brim looks at the balance, after whatever happened to it. */
    look(hour: number) {
      lapse(hour);
      if (!setting || isSuspended || (waits !== null && waits > hour)) return;
      waits = null;
      if (was.remaining > setting.threshold) return;
      const packs = packsAt(setting, was.remaining);
      const today = attempts.filter((each) => Math.floor(each.hour / DAY) === Math.floor(hour / DAY)).length;
      if (spentIn(hour) + packs * PRICE > setting.maxPerMonth) waits = nextMonth(hour);
      else if (today >= MOST_A_DAY) waits = (Math.floor(hour / DAY) + 1) * DAY;
      else if (was.declining > 0) {
        attempts.push({ hour, packs, isPaid: false });
        was.declining -= 1;
        const wait = WAITS[declines];
        declines += 1;
        isSuspended = wait === undefined;
        waits = wait === undefined ? null : hour + wait;
      } else {
        attempts.push({ hour, packs, isPaid: true });
        was.remaining += packs * PACK;
        declines = 0;
      }
    },
    told: (hour: number) => ({
      ...{ remaining: was.remaining, addedUp: was.remaining },
      charges: attempts.map(({ isPaid }) => (isPaid ? 'succeeded' : 'canceled')),
      bought: attempts.filter(({ isPaid }) => isPaid).map(({ packs }) => packs * PACK),
      spent: spentIn(hour),
      status: setting === null ? 'OFF' : isSuspended ? 'SUSPENDED' : waits === null ? 'IDLE' : 'BACKING_OFF',
      nextHour: waits,
    }),
  };
}
export type Model = ReturnType<typeof openModel>;
