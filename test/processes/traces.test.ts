/** Traces of a process as it is deployed, configured by OpenTelemetry's own variables. */
import { expect, it } from 'vitest';
import { openCollector } from '../support/collector.ts';
import { freshDatabase } from '../support/postgres.ts';
import { brimProcesses } from '../support/process.ts';

const processes = brimProcesses();

it('are sent before the process ends, and where they are off nothing of them is loaded', async ({ onTestFinished }) => {
  const database = await freshDatabase();
  onTestFinished(() => database.drop());
  const collector = await openCollector();
  onTestFinished(() => collector.close());
  const ask = async (env: Readonly<Record<string, string>>) => {
    // Node writes the name of each package that it loads.
    const brim = await processes.start({ database: { url: database.url }, env: { ...env, NODE_DEBUG: 'module' } });
    await brim.data('{ features { id } }');
    brim.kill('SIGTERM');
    expect(await brim.exited).toEqual({ code: 0, signal: null });
    return brim.output();
  };
  const variables = {
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
    OTEL_EXPORTER_OTLP_HEADERS: 'api-key=a%20key',
    OTEL_SERVICE_NAME: 'balances',
  };

  expect(await ask({ ...variables, OTEL_SDK_DISABLED: 'true' })).not.toContain('sdk-trace');
  expect(collector.texts).toEqual([]);

  expect(await ask(variables)).toContain('sdk-trace');
  expect(collector.headers[0]).toMatchObject({ 'api-key': 'a key', 'content-type': 'application/json' });
  expect(collector.resources[0]).toMatchObject({ 'service.name': 'balances' });
  const request = collector.spans.filter(({ name }) => name === 'POST /graphql');
  expect(request).toMatchObject([{ attributes: { 'http.response.status_code': 200 } }]);
  expect(collector.below(request[0] ?? { spanId: '' }).map(({ name }) => name)).toEqual(['query']);
});
