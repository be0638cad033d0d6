/** What the callers ask for: documents, and the variables of each call. */
import { customerAt, FEATURE } from '../subject/catalogue.ts';

export type OperationName = 'track' | 'trackBatch' | 'check' | 'nested';

export interface Operation {
  readonly query: string;
  /** A part of every answer that says what was asked. */
  readonly expects: string;
  variables(index: number, where: Where): unknown;
}

export interface Where {
  /** One customer: 1. */
  readonly customers: number;
  /** Tracks in one operation. */
  readonly batch: number;
}

const use = (index: number, customers: number) => ({ customerId: customerAt(index, customers), featureId: FEATURE });

export const OPERATIONS: Readonly<Record<OperationName, Operation>> = {
  track: {
    query:
      'mutation ($input: TrackInput!) { track(input: $input) { __typename ... on TrackSuccess { balance { remaining version } } } }',
    expects: 'TrackSuccess',
    variables: (index, { customers }) => ({ input: use(index, customers) }),
  },
  trackBatch: {
    query:
      'mutation ($input: TrackBatchInput!) { trackBatch(input: $input) { ... on TrackBatchSuccess { results { __typename ... on TrackSuccess { balance { remaining version } } } } } }',
    expects: 'TrackSuccess',
    variables: (index, { customers, batch }) => ({
      input: { events: Array.from({ length: batch }, (_, offset) => use(index * batch + offset, customers)) },
    }),
  },
  check: {
    query: 'query ($input: CheckInput!) { check(input: $input) { allowed balance { remaining version } } }',
    expects: '"allowed":true',
    variables: (index, { customers }) => ({ input: use(index, customers) }),
  },
  nested: {
    query: `query ($customerId: ID!) { customer(id: $customerId) { id sequence
      balances { feature { name } remaining usage grants { granted remaining } ledger(first: 5) { nodes { kind amount } } } } }`,
    expects: '"balances"',
    variables: (index, { customers }) => ({ customerId: customerAt(index, customers) }),
  },
};

export const PLACE_HOLD =
  'mutation ($input: PlaceHoldInput!) { placeHold(input: $input) { __typename ... on PlaceHoldSuccess { hold { id } } } }';
export const SETTLE_HOLD =
  'mutation ($input: SettleHoldInput!) { settleHold(input: $input) { __typename ... on SettleHoldSuccess { balance { remaining version } } } }';
