/**
 * What must be of a customer who bought 300 units for $24 once, and 300 for $24 each month, after
 * anything that banks, cardholders and Stripe did. Amounts are cents and units.
 */
export const [CENTS, UNITS] = [2_400, 300];

/** One payment, with what went back of it. */
export interface Charge {
  readonly refunds: { readonly cents: number; failed: boolean }[];
  /** What a dispute holds or has taken. */
  held: number;
}

const sum = (numbers: readonly number[]) => numbers.reduce((total, each) => total + each, 0);
const returned = ({ refunds, held }: Charge) =>
  Math.min(CENTS, held + sum(refunds.map(({ cents, failed }) => (failed ? 0 : cents))));
const left = (charges: readonly Charge[]) => sum(charges.map((each) => CENTS - returned(each)));
const kept = (charge: Charge) => UNITS - (UNITS * returned(charge)) / CENTS;
const newCharge = (): Charge => ({ refunds: [], held: 0 });

export function openModel() {
  const once = newCharge();
  const months = [newCharge()];
  const was = { used: 0, isLate: false, isEnding: false, isOver: false };
  const statusOf = () => {
    if (was.isOver) return left(months) === 0 ? 'REFUNDED' : 'CANCELED';
    return was.isLate ? 'PAST_DUE' : 'ACTIVE';
  };
  return {
    /** What was used of the top-up, and what is so of the subscription. */
    was,
    /** The payments that were made so far, that of the top-up first. */
    charges: (): readonly Charge[] => [once, ...months],
    /** What time brings next: the end, or a payment, which is declined or made. */
    pass(isDeclined: boolean) {
      was.isOver = was.isEnding && !was.isLate;
      if (!was.isOver && !isDeclined) months.push(newCharge());
      was.isLate = !was.isOver && isDeclined;
    },
    told: () => ({
      once: { status: left([once]) === 0 ? 'REFUNDED' : 'ACTIVE', remaining: kept(once) - was.used, refundable: left([once]) },
      monthly: {
        status: statusOf(),
        remaining: was.isOver ? 0 : kept(months.at(-1) ?? once),
        refundable: left(months),
        paid: months.length,
        cancelAtPeriodEnd: was.isOver ? null : was.isEnding,
      },
    }),
  };
}
