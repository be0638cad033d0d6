/**
 * Commands of every verb, drawn by lot, over every transport; each leaves a mark of its own, by
 * which it is found.
 */
import { MESSAGES } from '../../support/shop.ts';
import type { Command, Mark, Transport } from './command.ts';
import type { Draw } from './draw.ts';
import type { LedgerRow } from './ledgers.ts';
import { NOT_OF_THE_LEDGER } from './shop-commands.ts';

/** Whose balances move, each with plenty. */
export const CUSTOMERS: readonly string[] = Array.from({ length: 5 }, (_, index) => `customer-${index}`);
/** Free plans, one for each attach of a customer; and what they cost where they are sold. */
export const GIFTS: readonly string[] = Array.from({ length: 12 }, (_, index) => `gift-${index}`);
export const TOP_UPS: readonly string[] = Array.from({ length: 6 }, (_, index) => `top-up-${index}`);

/** What the workload has learnt, for commands that speak of what is there: each is used once. */
export interface Known {
  readonly uses: { readonly id: string; readonly customer: string }[];
  readonly grants: string[];
  readonly holds: { readonly id: string; readonly customer: string }[];
  readonly purchases: { readonly id: string; readonly isFree: boolean }[];
  readonly pages: string[];
  readonly customers: string[];
  readonly features: string[];
  readonly plans: string[];
  /** Customers and plans that nobody has attached yet. */
  readonly gifts: { readonly customer: string; readonly plan: string }[];
  readonly offers: { readonly customer: string; readonly plan: string }[];
}

export function nothingKnown(): Known {
  const pairs = (plans: readonly string[]) => CUSTOMERS.flatMap((customer) => plans.map((plan) => ({ customer, plan })));
  return {
    ...{ uses: [], grants: [], holds: [], purchases: [], pages: [], customers: [], features: [], plans: [] },
    ...{ gifts: pairs(GIFTS), offers: pairs(TOP_UPS) },
  };
}

/** By what a maker makes its command. */
export interface Drawing {
  readonly number: number;
  /** Its word: an id, a name or a reason that no other command has. */
  readonly word: string;
  readonly draw: Draw;
  readonly known: Known;
  readonly transport: Transport;
  /** Drawn, too: half of the commands have one. */
  readonly key: string | undefined;
  /** A selection beneath the balance that has to be read. */
  readonly more: string;
}

/** undefined: there is nothing yet that it could speak of. */
export type Maker = (drawing: Drawing) => Omit<Command, 'name' | 'transport' | 'givesUp'> | undefined;

/** An amount that no other command has: 1.000123. */
const amountOf = (number: number) => (1 + number / 1_000_000).toFixed(6);
const entries =
  (isIt: (entry: LedgerRow) => boolean): Mark =>
  (ledgers) =>
    ledgers.entries.filter(isIt).length;
const byAmount = (kind: string, customer: string, number: number): Mark =>
  entries((entry) => entry.kind === kind && entry.customer === customer && Math.abs(entry.millionths) === 1_000_000 + number);

const keyed = ({ key, transport }: Drawing) => ({
  isRepeatable: key !== undefined,
  ...(key !== undefined && transport === 'v1' ? { key } : {}),
});
const keyOf = ({ key }: Drawing) => (key === undefined ? {} : { idempotencyKey: key });
const idIn = (payload: Readonly<Record<string, unknown>>, name: string) => (payload[name] as { readonly id: string }).id;

const track: Maker = (drawing) => {
  const { draw, number, transport, known, more } = drawing;
  const customer = draw.one(CUSTOMERS);
  const marks = [byAmount('USAGE', customer, number)];
  if (transport === 'v1') {
    const use = { customer_id: customer, feature_id: MESSAGES };
    if (draw.chance(0.5)) {
      const input = { ...use, required_balance: Number(amountOf(number)), send_event: true };
      return { verb: 'balances.check', selection: '', input, marks, ...keyed(drawing) };
    }
    return {
      verb: 'balances.track',
      selection: '',
      input: { ...use, value: Number(amountOf(number)) },
      marks,
      ...keyed(drawing),
    };
  }
  const onShortfall = draw.one(['CAP', 'REJECT', 'OVERDRAW']);
  const input = { customerId: customer, featureId: MESSAGES, value: amountOf(number), onShortfall, ...keyOf(drawing) };
  const learn: Command['learn'] = (payload) => known.uses.push({ id: idIn(payload, 'entry'), customer });
  return { verb: 'track', selection: `entry { id } ${more}`, input, marks, learn, ...keyed(drawing) };
};

/** Three items, whose numbers lie far from those of other commands. */
const trackBatch: Maker = (drawing) => {
  const { draw, number, transport, key } = drawing;
  const items = [0, 1, 2].map((index) => ({ number: 100_000 + number * 3 + index, customer: draw.one(CUSTOMERS), index }));
  const marks = items.map((item) => byAmount('USAGE', item.customer, item.number));
  if (transport === 'v1') {
    const input = items.map((item) => ({
      customer_id: item.customer,
      feature_id: MESSAGES,
      value: Number(amountOf(item.number)),
    }));
    return { verb: 'balances.batch_track', selection: '', input, marks, ...keyed(drawing) };
  }
  const events = items.map((item) => ({
    ...{ customerId: item.customer, featureId: MESSAGES, value: amountOf(item.number) },
    ...(key === undefined ? {} : { idempotencyKey: `${key}:${item.index}` }),
  }));
  const selection = `results { __typename ... on TrackSuccess { entry { id } ${drawing.more} } ... on Error { message } }`;
  return { verb: 'trackBatch', selection, input: { events }, marks, ...keyed(drawing) };
};

const grantBalance: Maker = (drawing) => {
  const { draw, number, transport, word, known, more } = drawing;
  const customer = draw.one(CUSTOMERS);
  const marks = [byAmount('GRANT', customer, number)];
  if (transport === 'v1') {
    const input = { customer_id: customer, feature_id: MESSAGES, included_grant: Number(amountOf(number)) };
    return { verb: 'balances.create', selection: '', input, marks, ...keyed(drawing) };
  }
  const input = { customerId: customer, featureId: MESSAGES, amount: amountOf(number), reason: word, ...keyOf(drawing) };
  const learn: Command['learn'] = (payload) => known.grants.push(idIn(payload, 'grant'));
  return { verb: 'grantBalance', selection: `grant { id } ${more}`, input, marks, learn, ...keyed(drawing) };
};

const adjustBalance: Maker = (drawing) => {
  const { draw, number, transport, word, more } = drawing;
  const customer = draw.one(CUSTOMERS);
  const by = draw.chance(0.5) ? amountOf(number) : `-${amountOf(number)}`;
  const marks = [byAmount('ADJUSTMENT', customer, number)];
  if (transport === 'v1') {
    const input = { customer_id: customer, feature_id: MESSAGES, add_to_balance: Number(by) };
    return { verb: 'balances.update', selection: '', input, marks, ...keyed(drawing) };
  }
  const input = { customerId: customer, featureId: MESSAGES, by, reason: word, ...keyOf(drawing) };
  return { verb: 'adjustBalance', selection: `entry { id } ${more}`, input, marks, ...keyed(drawing) };
};

const placeHold: Maker = (drawing) => {
  const { draw, number, transport, word, known, more } = drawing;
  const customer = draw.one(CUSTOMERS);
  const marks = [byAmount('HOLD', customer, number)];
  if (transport === 'v1') {
    const lock = { lock_id: word, enabled: true };
    const input = { customer_id: customer, feature_id: MESSAGES, required_balance: Number(amountOf(number)), lock };
    return { verb: 'balances.check', selection: '', input, marks, isRepeatable: true };
  }
  const input = { customerId: customer, featureId: MESSAGES, amount: amountOf(number), ...keyOf(drawing) };
  const learn: Command['learn'] = (payload) => known.holds.push({ id: idIn(payload, 'hold'), customer });
  return { verb: 'placeHold', selection: `hold { id } ${more}`, input, marks, learn, ...keyed(drawing) };
};

/**
 * A hold ends once: what is said of the second time is a refusal, which tells nothing of the first.
 */
const endHold =
  (verb: 'settleHold' | 'releaseHold'): Maker =>
  ({ draw, known, more }) => {
    const hold = draw.take(known.holds);
    if (!hold) return undefined;
    const kind = verb === 'settleHold' ? 'SETTLE' : 'RELEASE';
    const marks = [entries((entry) => entry.kind === kind && entry.hold === hold.id)];
    const input = { holdId: hold.id, ...(verb === 'settleHold' ? { amount: '0.5' } : {}) };
    return { verb, selection: `hold { id status } ${more}`, input, marks, isRepeatable: false };
  };

const reverseUsage: Maker = (drawing) => {
  const { draw, known, word, more } = drawing;
  const use = draw.take(known.uses);
  if (!use) return undefined;
  const marks = [entries((entry) => entry.kind === 'REVERSAL' && entry.reason === word)];
  const input = { entryId: use.id, reason: word, ...keyOf(drawing) };
  return { verb: 'reverseUsage', selection: `returned ${more}`, input, marks, isRepeatable: drawing.key !== undefined };
};

const voidGrant: Maker = ({ draw, known, word, more }) => {
  const grantId = draw.take(known.grants);
  if (grantId === undefined) return undefined;
  const marks = [entries((entry) => entry.kind === 'VOID' && entry.reason === word)];
  return {
    verb: 'voidGrant',
    selection: `grant { id endedAt } ${more}`,
    input: { grantId, reason: word },
    marks,
    isRepeatable: true,
  };
};

/** The verbs of balances more often than the others: they are what an app does all day. */
const MAKERS: readonly Maker[] = [
  ...[track, track, track, track, trackBatch, grantBalance, grantBalance, adjustBalance, placeHold, placeHold],
  ...[endHold('settleHold'), endHold('releaseHold'), reverseUsage, voidGrant, voidGrant, ...NOT_OF_THE_LEDGER],
];

/** All but the first have to be read. */
const BENEATH = ['', 'balance { grants { id remaining } }', 'balance { customer { sequence } }'];

export function nextCommand(number: number, draw: Draw, known: Known): Command {
  for (;;) {
    const word = `word-${number}`;
    const transport = draw.one<Transport>(['http', 'http', 'socket', 'v1']);
    const key = draw.chance(0.5) ? `key-${number}` : undefined;
    const made = draw.one(MAKERS)({ number, word, draw, known, transport, key, more: draw.one(BENEATH) });
    // What only GraphQL has goes over GraphQL.
    const isV1 = made?.verb.includes('.') ?? false;
    const named = { name: `${made?.verb} #${number}`, transport: isV1 ? 'v1' : transport === 'v1' ? 'http' : transport } as const;
    if (made) return { ...made, ...named, givesUp: draw.chance(0.6) };
  }
}
