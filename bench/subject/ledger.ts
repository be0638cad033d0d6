/** The ledger without a wire, and the naive transaction, each called in this process. */
import { openApp } from '../../src/app.ts';
import { check } from '../../src/balances/check.ts';
import { openLog } from '../../src/platform/log.ts';
import { serveTasks } from '../child.ts';
import { measure, type Pressure, type Rate } from '../rate.ts';
import { openNaiveLedger } from '../rivals/naive-transaction.ts';
import { customerAt, FEATURE } from './catalogue.ts';

export interface LedgerTask extends Pressure {
  readonly who: 'ledger' | 'naive';
  readonly verb: 'track' | 'check';
  /** One customer, or spread over so many. */
  readonly customers: string | number;
}

const [, , url = ''] = process.argv;
const app = await openApp({
  log: openLog('silent'),
  config: {
    environment: 'development',
    host: '127.0.0.1',
    port: 0,
    databaseUrl: url,
    dataDir: '/nonexistent',
    secretKeys: ['brim_sk_bench_0123456789abcdef'],
    tokenSecrets: ['the secret of a benchmark, long enough to be one'],
    corsOrigins: [],
    returnOrigins: [],
    logLevel: 'silent',
    graphiql: false,
    console: false,
    testClocks: false,
  },
});
const naive = openNaiveLedger(url);

const track = (customerId: string) =>
  app.domain.ledger.post({
    customerId,
    postings: [
      {
        verb: 'track',
        featureId: FEATURE,
        amount: 1_000_000_000_000n,
        onShortfall: 'CAP',
        credits: [],
        properties: null,
        occurredAt: null,
      },
    ],
  });

serveTasks<LedgerTask, Rate>(
  ({ who, verb, customers, ...pressure }) => {
    const customerOf = (index: number) => (typeof customers === 'string' ? customers : customerAt(index, customers));
    const ask = (customerId: string) => check(app.domain, { customerId, featureId: FEATURE });
    const call = who === 'naive' ? naive.track : verb === 'track' ? track : ask;
    return measure(pressure, (index) => call(customerOf(index)));
  },
  async () => {
    await naive.close();
    await app.close();
  },
);
