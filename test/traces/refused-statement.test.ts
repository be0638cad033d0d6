/** What a trace says of a statement that PostgreSQL refuses. */
import { expect, it, onTestFinished } from 'vitest';
import { openDatabase } from '../../src/database/database.ts';
import { openLog } from '../../src/platform/log.ts';
import { spans } from '../../src/platform/spans.ts';
import { openTraces } from '../../src/traces/traces.ts';
import { openCollector } from '../support/collector.ts';
import { freshDatabase } from '../support/postgres.ts';

it('a refused statement has one span, which failed', async () => {
  const [collector, fresh] = await Promise.all([openCollector(), freshDatabase()]);
  const traces = openTraces({ ...collector.config, version: '1.0.0', log: openLog('silent') });
  const database = openDatabase({ url: fresh.url });
  onTestFinished(async () => {
    await database.close();
    await Promise.all([traces.close(), fresh.drop(), collector.close()]);
  });
  const operation = spans()?.open('operation', { type: 'query', field: 'check', name: undefined });
  const asked = operation?.run(() => database.statements.read('SELECT FROM customer_of_nobody'));
  await expect(asked).rejects.toThrow('customer_of_nobody');
  operation?.end({ codes: [], refusals: [] });
  await traces.close();
  const found = collector.spans.filter(({ name }) => name === 'SELECT customer_of_nobody');
  expect(found).toMatchObject([{ status: 2, attributes: { 'db.response.status_code': '42P01' } }]);
});
