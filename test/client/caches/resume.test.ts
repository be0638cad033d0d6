import { BalanceChangedDocument, type BalanceChangedSubscription } from '@brim/client/urql';
import { print } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { type ConnectionOptions, openConnection } from '../../../packages/client/src/caches/connection.ts';
import type { TestBrim } from '../../support/brim.ts';
import { createCustomer, createFeature, grant, openShop, track } from '../../support/shop.ts';
import { connect, watched } from './page.ts';

let brim: TestBrim;

beforeAll(async () => {
  brim = await openShop();
});
afterAll(() => brim.close());

interface Listening extends Pick<ConnectionOptions, 'webSocket'> {
  readonly tokenOf?: (token: string) => string;
}

async function listen(customerId: string, { tokenOf = (token) => token, ...given }: Listening = {}) {
  const options = await connect(brim, customerId, given);
  const token = typeof options.token === 'string' ? options.token : await options.token();
  const { socket } = openConnection({ ...options, token: () => tokenOf(token) });
  const heard = watched<BalanceChangedSubscription>((next) =>
    socket.subscribe<BalanceChangedSubscription>(
      { query: print(BalanceChangedDocument) },
      { next: ({ data }) => data && next(data), error: () => {}, complete: () => {} },
    ),
  );
  const until = (sequence: number) => heard.until(({ balanceChanged }) => balanceChanged.sequence === sequence);
  const told = () => heard.seen.map(({ balanceChanged: { cause, sequence } }) => `${cause} ${sequence}`);
  return { socket, until, told };
}

it('a subscription whose connection breaks goes on where it was: nothing missed, nothing twice', async () => {
  const { socket, until, told } = await listen('resumes');
  await until(1);
  await track(brim, { customerId: 'resumes', value: 1 });
  await until(2);
  socket.terminate();
  for (const value of [1, 2]) await track(brim, { customerId: 'resumes', value });
  await until(4);
  expect(told()).toEqual(['SNAPSHOT 1', 'LEDGER 2', 'LEDGER 3', 'LEDGER 4']);
});

it('so does one that breaks right after the snapshot', async () => {
  const { socket, until, told } = await listen('after-the-snapshot');
  await until(1);
  socket.terminate();
  await track(brim, { customerId: 'after-the-snapshot', value: 1 });
  await until(2);
  expect(told()).toEqual(['SNAPSHOT 1', 'LEDGER 2']);
});

it('one that breaks amid a snapshot gets the whole snapshot', async () => {
  const customerId = 'two-balances';
  await createCustomer(brim, customerId);
  await createFeature(brim, 'words');
  await grant(brim, { customerId, featureId: 'words', amount: '5' });
  let connections = 0;
  /** The first is cut after one message. */
  class CutSocket extends WebSocket {
    readonly #isCut = connections === 0;
    #told = 0;
    constructor(url: string, protocols: string[]) {
      super(url, protocols);
      connections += 1;
    }
    override emit(event: string | symbol, ...values: unknown[]): boolean {
      if (event === 'message' && String(values[0]).includes('"balanceChanged"')) this.#told += 1;
      if (!this.#isCut || this.#told < 2) return super.emit(event, ...values);
      this.terminate();
      return event === 'message' || super.emit(event, ...values);
    }
  }
  const { until, told } = await listen(customerId, { webSocket: CutSocket });
  await until(2);
  expect(told()).toEqual(['SNAPSHOT 9007199254740991', 'SNAPSHOT 9007199254740991', 'SNAPSHOT 2']);
  expect(connections).toBe(2);
});

it('one that comes back before its token can be had tries again', async () => {
  let asked = 0;
  const { socket, until, told } = await listen('no-token-yet', {
    tokenOf: (token) => {
      asked += 1;
      if (asked === 2) throw new Error('The app is away.');
      return token;
    },
  });
  await until(1);
  await track(brim, { customerId: 'no-token-yet', value: 1 });
  await until(2);
  socket.terminate();
  await track(brim, { customerId: 'no-token-yet', value: 1 });
  await until(3);
  expect(asked).toBe(3);
  expect(told()).toEqual(['SNAPSHOT 1', 'LEDGER 2', 'LEDGER 3']);
});
