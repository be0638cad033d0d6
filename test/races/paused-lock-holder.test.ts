import { describe, expect, it, type TestContext } from 'vitest';
import type { Answer } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { holdAccount, holdRow, type RowHolder } from '../support/row-holder.ts';
import { openSharedShop } from '../support/shop/two-processes.ts';
import { createCustomer, grant, MESSAGES, track } from '../support/shop.ts';
import { expectSound, until } from '../support/witness.ts';

/** Answered within the turn of another batch, and not when a lock's time is over. */
const AT_ONCE_MS = patience(1_500);

/** Two processes, and how one of them is paused. To be called inside `describe`. */
function openPausableShop() {
  const shop = openSharedShop();

  async function customerWith100(id: string): Promise<string> {
    await createCustomer(shop.here, id);
    await grant(shop.here, { customerId: id, amount: '90' });
    return id;
  }

  /**
   * Pauses the other process in the middle of a transaction: the test holds rows that the batch
   * comes to one after the other, lets go of each when the batch waits for it, and of the last when
   * the process has stopped. What it holds then, it holds until it goes on.
   */
  async function pausedInside<Result>(
    { onTestFinished }: TestContext,
    work: () => Promise<Result>,
    ...held: readonly RowHolder[]
  ) {
    const answer = work();
    answer.catch(() => undefined);
    onTestFinished(() => shop.there.kill('SIGCONT'));
    let waiting: number | undefined;
    for (const row of held) {
      waiting = await until(() => row.blocked());
      if (row === held.at(-1)) shop.there.kill('SIGSTOP');
      await row.letGo();
    }
    const state = async () => {
      const [found] = await shop.sql.rows<{ state: string }>('SELECT state FROM pg_stat_activity WHERE pid = $1', [waiting]);
      return found?.state ?? 'gone';
    };
    await until(async () => expect(await state()).toBe('idle in transaction'));
    return { answer, state, resume: () => shop.there.kill('SIGCONT') };
  }

  const use60 = (customerId: string, idempotencyKey: string) => ({
    ...{ customerId, value: '60', onShortfall: 'REJECT', idempotencyKey },
  });
  /** A use takes a transaction where its account is locked at first. */
  const pausedUse = async (context: TestContext, customerId: string, key: string) =>
    pausedInside(
      context,
      () => send(shop.there, use60(customerId, key)),
      await holdAccount(shop.databaseUrl, customerId),
      await holdRow(shop.databaseUrl, `SELECT FROM balance WHERE customer_id = '${customerId}' FOR UPDATE`),
    );

  /** The answer as it came, errors included. */
  function send(brim: Pick<typeof shop.there, 'query'>, input: Record<string, unknown>): Promise<Answer> {
    return brim.query(
      `mutation ($input: TrackInput!) { track(input: $input) {
         __typename ... on TrackSuccess { applied replayed balance { remaining } } ... on Error { message }
       } }`,
      { input: { featureId: MESSAGES, ...input } },
    );
  }

  return { shop, customerWith100, pausedInside, pausedUse, use60, send };
}

describe.concurrent('a process that is paused while it holds an account', () => {
  const { shop, customerWith100, pausedInside, pausedUse, use60, send } = openPausableShop();

  it.sequential('for a moment: the other one waits, everybody else is served, and both results are exact', async (context) => {
    const customerId = await customerWith100('paused_shortly');
    const other = await customerWith100('beside_the_paused');
    const paused = await pausedUse(context, customerId, 'paused');

    const waiting = send(shop.here, use60(customerId, 'waiting'));
    await until(async () =>
      expect(
        await shop.sql.rows(
          `SELECT FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%FOR NO KEY UPDATE%'`,
        ),
      ).toHaveLength(1),
    );
    const started = performance.now();
    expect((await send(shop.here, { customerId: other, value: '1' })).data.track.balance).toEqual({ remaining: '99' });
    expect(performance.now() - started).toBeLessThan(AT_ONCE_MS);

    paused.resume();
    expect((await paused.answer).data.track).toMatchObject({ __typename: 'TrackSuccess', balance: { remaining: '40' } });
    expect((await waiting).data.track.__typename).toBe('InsufficientBalanceError');
    expect(await expectSound(shop.sql, customerId)).toHaveLength(3);
  });

  it.sequential('for longer: the other one may try again, those who shared its batch are served, and nothing counts twice', async (context) => {
    const customerId = await customerWith100('paused_longer');
    const others = [await customerWith100('shares_a_batch'), await customerWith100('shares_it_too')];
    const paused = await pausedUse(context, customerId, 'paused');

    const { trackBatch } = await shop.here.data(
      `mutation ($events: [TrackInput!]!) { trackBatch(input: { events: $events }) { ... on TrackBatchSuccess { results {
         __typename ... on TrackSuccess { balance { remaining } } ... on Error { message }
       } } } }`,
      {
        events: [
          { featureId: MESSAGES, ...use60(customerId, 'refused') },
          ...others.map((each) => ({ featureId: MESSAGES, customerId: each, value: '1' })),
        ],
      },
    );
    const [refused, ...served] = trackBatch.results;
    expect(refused).toMatchObject({ __typename: 'NotTrackedError', message: expect.stringContaining('busy') });
    expect(served).toEqual(served.map(() => ({ __typename: 'TrackSuccess', balance: { remaining: '99' } })));
    // All that while the account was still held, and with nothing written to it.
    expect(await paused.state()).toBe('idle in transaction');
    expect(await expectSound(shop.sql, customerId)).toHaveLength(2);

    paused.resume();
    expect((await paused.answer).data.track).toMatchObject({ __typename: 'TrackSuccess', balance: { remaining: '40' } });
    expect((await send(shop.here, use60(customerId, 'refused'))).data.track.__typename).toBe('InsufficientBalanceError');
    expect(await expectSound(shop.sql, customerId)).toHaveLength(3);
  });

  it.sequential('while it creates a customer: a use in one batch with the same customer is served all the same', async (context) => {
    const other = await customerWith100('shares_with_a_newcomer');
    const create = () =>
      shop.there.query(
        'mutation { createCustomer(input: { id: "newcomer" }) { __typename ... on CreateCustomerSuccess { created } } }',
      );
    const paused = await pausedInside(
      context,
      create,
      await holdRow(shop.databaseUrl, `INSERT INTO customer (id, metadata, created_at) VALUES ('newcomer', '{}', now())`),
    );

    // Posted in one turn, and so in one batch.
    const { ledger, clock } = shop.here.app.domain;
    const newcomer = { id: 'newcomer', name: null, email: null, metadata: {}, createdAt: clock.now() };
    const again = ledger.post({
      customerId: newcomer.id,
      opensAccount: true,
      effects: [{ name: 'customers.create', input: newcomer }],
      postings: [],
    });
    const use = {
      verb: 'track',
      featureId: MESSAGES,
      amount: 1n,
      onShortfall: 'CAP',
      credits: [],
      properties: null,
      occurredAt: null,
    } as const;
    expect((await ledger.post({ customerId: other, postings: [use] })).applied).toBe(true);
    expect(await paused.state()).toBe('idle in transaction');

    paused.resume();
    expect((await paused.answer).data.createCustomer).toEqual({ __typename: 'CreateCustomerSuccess', created: true });
    expect(await again).toMatchObject({ applied: false, entries: [] });
    expect(await expectSound(shop.sql, 'newcomer')).toHaveLength(1);
  });
});

describe.concurrent('a process that is paused for ever while it holds an account', () => {
  const { shop, customerWith100, pausedUse, use60, send } = openPausableShop();

  it('loses its transaction to Postgres, the customer goes on, and if it wakes up after all it has spent nothing', async (context) => {
    const customerId = await customerWith100('paused_for_ever');
    const paused = await pausedUse(context, customerId, 'paused');

    const next = use60(customerId, 'goes on');
    const success = await until(async () => {
      const { data, errors } = await send(shop.here, next);
      for (const { extensions } of errors ?? []) expect(extensions).toMatchObject({ code: 'UNAVAILABLE', retryable: true });
      expect(data?.track.__typename).toBe('TrackSuccess');
      return data.track;
    }, 20_000);
    expect(success).toMatchObject({ replayed: false, balance: { remaining: '40' } });
    expect(await paused.state()).toBe('gone');

    paused.resume();
    const [error] = (await paused.answer).errors ?? [];
    expect(error?.extensions).toMatchObject({ code: expect.stringMatching(/^(UNAVAILABLE|OUTCOME_UNKNOWN)$/), retryable: true });
    expect((await send(shop.there, use60(customerId, 'paused'))).data.track.__typename).toBe('InsufficientBalanceError');
    expect((await track(shop.there, { customerId, value: '40' })).balance).toMatchObject({ remaining: '0' });
    expect(await expectSound(shop.sql, customerId)).toHaveLength(4);
  });
});
