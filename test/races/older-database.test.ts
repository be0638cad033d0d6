/**
 * The address leads to another database from now on, which lacks the last few entries, and nobody
 * closes the connections to the old one.
 */
import { expect, inject, it, onTestFinished } from 'vitest';
import { openBrim, subscribe, take } from '../support/brim.ts';
import { runOn } from '../support/database-url.ts';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { freshDatabase } from '../support/postgres.ts';
import { openPostgresProxy } from '../support/postgres-proxy.ts';
import { balanceOf, createCustomer, MESSAGES, openShop, track } from '../support/shop.ts';
import { until } from '../support/witness.ts';

it.runIf(isLong)(
  'the balances of the new server are read, written and pushed, though their numbers went back',
  {
    timeout: patience(120_000),
  },
  async () => {
    const database = await freshDatabase();
    onTestFinished(database.drop);
    const name = new URL(database.url).pathname.slice(1);
    const run = (sql: string) => runOn(inject('adminUrl'), sql);
    onTestFinished(() => run(`DROP DATABASE IF EXISTS ${name}_old WITH (FORCE)`).then());
    const preparing = await openShop({ databaseUrl: database.url });
    for (const id of ['ada', 'bob']) await createCustomer(preparing, id);
    await preparing.close();
    await run(`CREATE DATABASE ${name}_next TEMPLATE ${name} ENCODING 'UTF8' LOCALE 'C'`);

    const proxy = await openPostgresProxy(database.url);
    const brim = await openBrim({ databaseUrl: proxy.url });
    const watched = ['ada', 'bob'].map((id) =>
      subscribe(brim.socket(), `subscription { balanceChanged(customerId: "${id}") { cause sequence balance { remaining } } }`),
    );
    for (const pushed of watched) await take(pushed, 1);
    for (let sequence = 2; sequence <= 5; sequence += 1) {
      for (const [index, customerId] of ['ada', 'bob'].entries()) {
        await track(brim, { customerId });
        const [{ balanceChanged }] = await take(watched[index] as (typeof watched)[number], 1);
        expect(balanceChanged).toMatchObject({ sequence, balance: { remaining: String(11 - sequence) } });
      }
    }

    proxy.hush();
    // Brim may connect again in between.
    await until(async () => {
      await run(`SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '${name}'`);
      await run(`ALTER DATABASE ${name} RENAME TO ${name}_old`);
    });
    await run(`ALTER DATABASE ${name}_next RENAME TO ${name}`);
    await until(async () => {
      const { data } =
        await brim.query(`mutation { track(input: { customerId: "ada", featureId: "${MESSAGES}", value: 3, idempotencyKey: "there" }) {
      __typename ... on TrackSuccess { entry { sequence } balance { remaining } } } }`);
      expect(data?.track).toMatchObject({ __typename: 'TrackSuccess', entry: { sequence: 2 }, balance: { remaining: '7' } });
    }, 30_000);
    expect(await balanceOf(brim, 'ada')).toMatchObject({ remaining: '7' });
    const [adas, bobs] = watched as [(typeof watched)[number], (typeof watched)[number]];
    /** The new server's balance of before may be shown first. */
    const shows = async (pushed: typeof adas, remaining: string) => {
      for (let shown: unknown; shown !== remaining; ) shown = (await take(pushed, 1))[0].balanceChanged.balance.remaining;
    };
    await shows(adas, '7');
    await shows(bobs, '10');
    await track(brim, { customerId: 'bob' });
    await shows(bobs, '9');

    for (const pushed of watched) await pushed.return();
    await brim.close();
    await proxy.close();
  },
);
