import { BalanceChangedDocument, type BalanceChangedSubscription } from 'brim/urql';
import { print } from 'graphql';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { openConnection } from '../../../src/clients/caches/connection.ts';
import { openBrim, type TestBrim } from '../../support/brim.ts';
import { openShop, track } from '../../support/story.ts';
import { connect, watched } from './page.ts';

let brim: TestBrim;

beforeAll(async () => {
  brim = await openBrim();
  await openShop(brim);
});
afterAll(() => brim.close());

async function listen(customerId: string, tokenOf = (token: string) => token) {
  const options = await connect(brim, customerId);
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

it('one that breaks before the first change begins anew: the snapshot may have been cut off', async () => {
  const { socket, until, told } = await listen('begins-anew');
  await until(1);
  socket.terminate();
  await track(brim, { customerId: 'begins-anew', value: 1 });
  await until(2);
  expect(told()[1]).toMatch(/^SNAPSHOT/);
});

it('one that comes back before its token can be had tries again', async () => {
  let asked = 0;
  const { socket, until, told } = await listen('no-token-yet', (token) => {
    asked += 1;
    if (asked === 2) throw new Error('The app is away.');
    return token;
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
