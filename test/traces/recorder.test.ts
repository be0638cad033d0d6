/** Where spans are put whose work is shared, goes on for longer, or is a part of nothing. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { gather } from '../../src/database/loader.ts';
import { openLog } from '../../src/platform/log.ts';
import { type Place, type SpanRecorder, spans } from '../../src/platform/spans.ts';
import { openTraces } from '../../src/traces/traces.ts';
import { type Collector, openCollector } from '../support/collector.ts';

const OPERATION = { type: 'query', field: 'check', name: undefined };
const STATEMENT = { host: 'db', port: 5_432, database: 'brim' };
let collector: Collector;
let close: (() => Promise<void>) | undefined;

function recorder(): SpanRecorder {
  const present = spans();
  if (!present) throw new Error('nobody records spans');
  return present;
}
const ask = (text: string) =>
  recorder()
    .open('statement', { ...STATEMENT, text })
    .end({});
const named = (name: string) => collector.spans.filter((span) => span.name === name);

beforeAll(async () => {
  collector = await openCollector();
  ({ close } = openTraces({ ...collector.config, version: '1.0.0', log: openLog('silent') }));

  const load = gather(async (keys: readonly number[]) => {
    ask('SELECT FROM shared');
    return keys;
  });
  const callers = [1, 2, 3].map(() => recorder().open('operation', OPERATION));
  await Promise.all(callers.flatMap((caller, index) => [1, 2].map(() => caller.run(() => load(index)))));
  for (const caller of callers) caller.end({ codes: [], refusals: [] });

  ask('SELECT FROM nothing');
  const stripe = recorder().open('stripe', { method: 'GET', url: new URL('https://api.stripe.com/v1/charges/ch_1?email=a') });
  stripe.end({ error: new Error('a text that nobody reads') });
  let later: Place | undefined;
  const over = recorder().open('operation', { ...OPERATION, field: 'over' });
  await over.run(async () => {
    over.end({ codes: ['RATE_LIMITED'], refusals: [] });
    ask('SELECT FROM later');
    later = recorder().present();
  });
  expect(later).toBeUndefined();
  await close();
});
afterAll(() => collector.close());

it('a statement that reads for several callers is below the first, and linked once with each other', () => {
  const operations = named('query').filter(({ attributes }) => attributes['brim.graphql.field'] === 'check');
  expect(operations).toHaveLength(3);
  const [shared, ...more] = named('SELECT shared');
  expect(more).toEqual([]);
  const served = [shared?.parentSpanId, ...(shared?.links.map(({ spanId }) => spanId) ?? [])];
  expect(served).toEqual(operations.map(({ spanId }) => spanId));
});

it('a statement that is a part of nothing is not recorded, nor one after the end of its span', () => {
  expect(named('SELECT nothing')).toEqual([]);
  expect(named('SELECT later')).toEqual([]);
});

it('a call of Stripe in the background is, with the class of its failure and without its text', () => {
  expect(named('GET /v1/charges/{id}')).toMatchObject([{ parentSpanId: '', status: 2, attributes: { 'error.type': 'Error' } }]);
  expect(collector.texts.join()).not.toMatch(/nobody reads|email|ch_1/);
});

it('a refused operation has the code of its first error', () => {
  const over = named('query').find(({ attributes }) => attributes['brim.graphql.field'] === 'over');
  expect(over).toMatchObject({ status: 2, attributes: { 'error.type': 'RATE_LIMITED' } });
});

it('after the end nobody records', () => {
  expect(spans()).toBeUndefined();
});
