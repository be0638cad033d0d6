/** How a process ends that receives a signal. */
import { expect, it } from 'vitest';
import { freshDatabase } from '../support/postgres.ts';
import { brimProcesses } from '../support/process.ts';
import { createCustomer, fillShop } from '../support/shop.ts';

const processes = brimProcesses();

it.concurrent.for([{ signals: ['SIGTERM', 'SIGTERM'] }, { signals: ['SIGINT', 'SIGINT', 'SIGTERM'] }] as const)(
  'a signal that comes more than once, as parents pass it on, ends it once and in order: $signals',
  async ({ signals }, { onTestFinished }) => {
    const database = await freshDatabase();
    onTestFinished(() => database.drop());
    const brim = await processes.start({ database: { url: database.url } });
    await fillShop(brim);
    await createCustomer(brim, 'ada');
    const client = brim.socket();
    const results = client.iterate({ query: 'subscription { balanceChanged(customerId: "ada") { cause } }' });
    await results.next();
    const left = results.next().catch((reason: unknown) => reason);
    for (const signal of signals) brim.kill(signal);
    expect(await brim.exited).toEqual({ code: 0, signal: null });
    expect(await left).toMatchObject({ code: 1001 });
  },
);
