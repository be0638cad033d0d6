/** Holds as an app's server sends them, each payload as it comes. */
import type { TestBrim } from '../brim.ts';
import { BALANCE, ENTRY, HOLD, HOLD_REFUSED, OUTCOME, REFUSED, send } from './selections.ts';

type Door = Pick<TestBrim, 'data'>;
type Input = Record<string, unknown>;

export function placeHold(brim: Door, input: Input) {
  const success = `... on PlaceHoldSuccess { hold ${HOLD} balance ${BALANCE} balances ${BALANCE} replayed }`;
  return send(brim, 'placeHold', input, `${success} ${REFUSED}`);
}

export function settleHold(brim: Door, holdId: string, amount: string, more: Input = {}) {
  const success = `... on SettleHoldSuccess { hold ${HOLD} ${OUTCOME} applied shortfall }`;
  return send(brim, 'settleHold', { holdId, amount, ...more }, `${success} ${HOLD_REFUSED}`);
}

export function releaseHold(brim: Door, holdId: string) {
  const success = `... on ReleaseHoldSuccess { hold ${HOLD} entries ${ENTRY} balance ${BALANCE} balances ${BALANCE} }`;
  return send(brim, 'releaseHold', { holdId }, `${success} ${HOLD_REFUSED}`);
}

/** A hold as it stands. */
export async function findHold({ data }: Door, id: string, credential?: string) {
  const { hold } = await data(`query ($id: ID!) { hold(id: $id) ${HOLD} }`, { id }, credential);
  return hold;
}
