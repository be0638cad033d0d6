/**
 * A Brim process with little memory, customers who attack it, and another whose uses and reads must
 * go on meanwhile.
 */
import { setTimeout as pass } from 'node:timers/promises';
import { afterAll, expect } from 'vitest';
import { post, TEST_KEY } from '../support/brim.ts';
import { freshDatabase } from '../support/postgres.ts';
import { type BrimProcess, brimProcesses } from '../support/process.ts';
import { attach, type Catalogue, createCustomer, createCustomerToken, fillShop, track } from '../support/shop.ts';

/** What everybody has balances of. */
export const FEATURES = Array.from({ length: 20 }, (_, index) => `feature_${String(index).padStart(2, '0')}`);
export const [FEATURE = ''] = FEATURES;

const CATALOGUE: Catalogue = {
  features: FEATURES,
  plans: [
    { id: 'free', autoEnable: true, items: FEATURES.map((featureId) => ({ featureId, included: '100000' })) },
    { id: 'more', addOn: true, items: [{ featureId: FEATURE, included: '100000' }] },
  ],
};

/**
 * What is promised to others is a second, on a machine that has nothing else to do; on one that is
 * busy, five.
 */
const SLACK = 5;
const OTHERS_MAX_MS = 1_000 * SLACK;
const BYSTANDER = 'bystander';

export interface AttackedShop extends BrimProcess {
  readonly databaseUrl: string;
  /** A new customer with a balance of each feature and a purchase, and a token of its own. */
  attacker(id: string): Promise<string>;
  /**
   * Does the attack while the other customer is tracked and read, one after another, and gives what
   * the attack gave.
   */
  during<Result>(attack: () => Promise<Result>): Promise<Result>;
}

/** Call it where `afterAll` may be called. */
export async function openAttackedShop(): Promise<AttackedShop> {
  const processes = brimProcesses();
  const database = await freshDatabase();
  afterAll(async () => {
    await processes.end();
    await database.drop();
  });
  const brim = await processes.start({ database, env: { NODE_OPTIONS: '--max-old-space-size=1024' } });
  await fillShop(brim, CATALOGUE);

  async function attacker(id: string): Promise<string> {
    await createCustomer(brim, id);
    await attach(brim, { customerId: id, planId: 'more' });
    return createCustomerToken(brim, id);
  }
  const own = await attacker(BYSTANDER);

  async function useOnce(): Promise<void> {
    expect(await track(brim, { customerId: BYSTANDER, featureId: FEATURE })).toMatchObject({ __typename: 'TrackSuccess' });
  }
  async function readOnce(): Promise<void> {
    const { viewer } = await brim.data(PAGE, {}, own);
    expect(viewer.usage).toMatchObject([{ usage: expect.anything() }]);
  }
  async function waitOf(act: () => Promise<void>): Promise<number> {
    const startedAt = performance.now();
    await act();
    return performance.now() - startedAt;
  }
  async function goOn(isOver: () => boolean): Promise<number> {
    let slowest = 0;
    for (let turn = 0; turn < 5 || !isOver(); turn += 1) {
      slowest = Math.max(slowest, await waitOf(useOnce), await waitOf(readOnce));
      await pass(10);
    }
    return slowest;
  }

  return {
    ...brim,
    databaseUrl: database.url,
    attacker,
    async during(attack) {
      let over = false;
      const goingOn = goOn(() => over);
      const result = await attack().finally(() => {
        over = true;
      });
      const slowest = await goingOn;

      expect(slowest).toBeLessThan(OTHERS_MAX_MS);
      expect(await brim.data('{ features { id } }')).toMatchObject({ features: { length: FEATURES.length } });
      return result;
    },
  };
}

const PAGE = `{ viewer {
  balances { remaining grants { remaining } } ledger(first: 20) { nodes { kind amount } }
  usage(featureId: "${FEATURE}", from: "2026-01-01T00:00:00Z", to: "2026-01-01T01:00:00Z", bucket: DAY) { start usage }
} }`;

/** What an attacker is told: the codes of each answer's errors, 'data' where there are none. */
export async function answersOf(
  { url }: Pick<AttackedShop, 'url'>,
  queries: readonly string[],
  credential: string = TEST_KEY,
): Promise<readonly unknown[]> {
  const answers = await Promise.all(queries.map((query) => post(url, query, undefined, credential)));
  return answers.map(({ errors }) => errors?.map(({ extensions }) => extensions?.['code']).join() ?? 'data');
}
