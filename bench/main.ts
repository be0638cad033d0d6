/**
 * `npm run bench`: tracks per second through the ledger and through HTTP, spread over 10,000
 * customers and on one, each as a ratio to one transaction per track on the same database in the
 * same run. The machine's own speed drops out of a ratio; absolute numbers say little about another
 * machine.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openApp } from '../src/app.ts';
import { check } from '../src/balances/check.ts';
import { usageSeries } from '../src/balances/usage-series.ts';
import { openEmbeddedPostgres } from '../src/embedded/postgres.ts';
import { openLog } from '../src/platform/log.ts';
import { ageCustomer, ENTRIES, TOP_UPS } from './aged-customer.ts';
import { openBaseline } from './baseline.ts';
import { callOverHttp } from './http-load.ts';
import { measure, type Rate } from './measure.ts';

const CUSTOMERS = 10_000;
const CALLERS = 256;
const HTTP_CALLERS = 64;
const SECONDS = Number(process.env['BENCH_SECONDS'] ?? 5);
const TWO_YEARS = { from: new Date(Date.now() - 731 * 86_400_000), to: new Date(), bucket: 'MONTH' };
const KEY = 'brim_sk_bench_0123456789abcdef';

const dataDir = await mkdtemp(join(tmpdir(), 'brim-bench-'));
const postgres = await openEmbeddedPostgres({ dataDir, log: () => undefined });
const app = await openApp({
  log: openLog('silent'),
  config: {
    environment: 'development',
    host: '127.0.0.1',
    port: 0,
    databaseUrl: postgres.url,
    dataDir,
    secretKeys: [KEY],
    tokenSecrets: ['the secret of a benchmark, long enough to be one'],
    corsOrigins: [],
    returnOrigins: [],
    logLevel: 'silent',
    graphiql: false,
    testClocks: false,
  },
});

try {
  process.stdout.write(`Preparing ${CUSTOMERS} customers …\n`);
  const { catalog, customers, ledger } = app.domain;
  await catalog.createFeature({ id: 'messages', name: 'Messages', type: 'METERED' });
  await catalog.createPlan({
    id: 'free',
    name: 'Free',
    autoEnable: true,
    items: [{ featureId: 'messages', included: '1000000000' }],
  });
  const ids = Array.from({ length: CUSTOMERS }, (_, index) => `customer_${index}`);
  await Promise.all(ids.map((id) => customers.create({ id })));

  const baseline = await openBaseline(postgres.url, ids);
  const use = (customerId: string) =>
    ledger.post({
      customerId,
      postings: [
        {
          verb: 'track',
          featureId: 'messages',
          amount: 1_000_000_000_000n,
          onShortfall: 'CAP',
          credits: [],
          properties: null,
          occurredAt: null,
        },
      ],
    });
  const spread = (call: number) => ids[(call * 7919) % CUSTOMERS] ?? '';
  const hot = () => 'customer_0';

  const rows: [name: string, rate: Rate, against: Rate | undefined][] = [];
  for (const [where, customerOf] of [
    ['spread over 10,000 customers', spread],
    ['on one customer', hot],
  ] as const) {
    const options = { callers: CALLERS, seconds: SECONDS };
    const single = await measure(options, (call) => baseline.track(customerOf(call)));
    rows.push([`one transaction a track, ${where}`, single, undefined]);
    rows.push([`the ledger, ${where}`, await measure(options, (call) => use(customerOf(call))), single]);
    const http = { url: app.url, key: KEY, callers: HTTP_CALLERS, seconds: SECONDS };
    rows.push([`HTTP, track, ${where}`, await callOverHttp({ ...http, hot: where === 'on one customer', batch: 1 }), single]);
    rows.push([
      `HTTP, trackBatch of 100, ${where}`,
      await callOverHttp({ ...http, hot: where === 'on one customer', batch: 100 }),
      single,
    ]);
  }
  const alone = await measure({ callers: 1, seconds: SECONDS }, (call) => use(spread(call)));
  rows.push([
    'the ledger, one caller',
    alone,
    await measure({ callers: 1, seconds: SECONDS }, (call) => baseline.track(spread(call))),
  ]);
  await baseline.close();

  process.stdout.write(`Writing ${ENTRIES} entries of one customer …\n`);
  await ageCustomer(postgres.url, 'customer_1', 'messages');
  const aged = { callers: 1, seconds: SECONDS };
  const ask = (customerId: string) => check(app.domain, { customerId, featureId: 'messages' });
  const seriesOf = (customerId: string) => usageSeries(app.domain, { customerId, featureId: 'messages', ...TWO_YEARS });
  for (const [what, call] of [
    ['a track', use],
    ['a check', ask],
    ['two years of usage by month', seriesOf],
  ] as const) {
    const fresh = await measure(aged, () => call('customer_2'));
    rows.push([`${what}, a new customer`, fresh, undefined]);
    rows.push([
      `${what}, a customer with ${TOP_UPS} used-up top-ups and ${ENTRIES} entries`,
      await measure(aged, () => call('customer_1')),
      fresh,
    ]);
  }

  process.stdout.write(
    `\n${'what'.padEnd(76)}${'tracks/s'.padStart(10)}${'p50 ms'.padStart(9)}${'p99 ms'.padStart(9)}${'ratio'.padStart(9)}\n`,
  );
  for (const [name, rate, against] of rows) {
    const ratio = against ? `${(rate.perSecond / against.perSecond).toFixed(1)} ×` : '1';
    const columns = [
      Math.round(rate.perSecond).toString().padStart(10),
      rate.p50Ms.toFixed(1).padStart(9),
      rate.p99Ms.toFixed(1).padStart(9),
    ];
    process.stdout.write(`${name.padEnd(76)}${columns.join('')}${ratio.padStart(9)}\n`);
  }
} finally {
  await app.close();
  await postgres.close();
  await rm(dataDir, { recursive: true, force: true });
}
