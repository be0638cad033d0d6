/**
 * Relay, whose compiler reads Brim's schema with the configuration of docs/any-client.md, and whose
 * runtime then normalises by `nodeId`.
 */
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import relay, { type ConcreteRequest } from 'relay-runtime';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { TestBrim } from '../support/brim.ts';
import { patience } from '../support/deadlines.ts';
import { blocksOf, readPage } from '../support/pages.ts';
import { createCustomer, createCustomerToken, MESSAGES, openShop, track } from '../support/shop.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const SOURCE = `
graphql\`
  fragment Widget_customer on Customer @refetchable(queryName: "WidgetRefetchQuery") {
    name
    balance(featureId: "${MESSAGES}") { remaining version }
  }
\`;
graphql\`query WidgetQuery { viewer { id nodeId ...Widget_customer } }\`;
graphql\`
  query WidgetLedgerQuery($count: Int!, $cursor: String) {
    viewer { ledger(last: $count, before: $cursor) @connection(key: "Widget_ledger") { edges { node { sequence } } } }
  }
\`;
`;

let brim: TestBrim;
let token: string;
let folder: string;

beforeAll(async () => {
  brim = await openShop();
  await createCustomer(brim, 'ada');
  token = await createCustomerToken(brim, 'ada');
  folder = mkdtempSync(path.join(tmpdir(), 'brim-relay-'));
  for (const name of ['src', 'artifacts']) mkdirSync(path.join(folder, name));
  const [config = ''] = blocksOf(readPage('docs/any-client.md'), 'json').filter((text) => text.includes('nodeInterfaceIdField'));
  const places = {
    src: 'src',
    artifactDirectory: 'artifacts',
    schema: path.relative(folder, path.join(ROOT, 'schema/schema.graphql')),
  };
  const options = { language: 'javascript', eagerEsModules: true };
  const files = {
    'relay.config.json': JSON.stringify({ ...JSON.parse(config), ...places, ...options }),
    'package.json': '{ "type": "module" }',
    'src/widget.js': SOURCE,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(path.join(folder, name), text);
  const compiler = path.join(ROOT, 'node_modules/relay-compiler/cli.js');
  execFileSync(process.execPath, [compiler, 'relay.config.json'], { cwd: folder, timeout: patience(30_000) });
}, patience(60_000));
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true });
  await brim.close();
});

function openEnvironment() {
  const network = relay.Network.create(async ({ text }, variables) => {
    const headers = { 'content-type': 'application/json', authorization: `Bearer ${token}` };
    const body = JSON.stringify({ query: text, variables });
    return (await fetch(`${brim.url}/graphql`, { method: 'POST', headers, body })).json();
  });
  const store = new relay.Store(new relay.RecordSource());
  return new relay.Environment({ network, store, getDataID: ({ nodeId }) => nodeId });
}

const artifact = async (name: string): Promise<ConcreteRequest> =>
  (await import(path.join(folder, `artifacts/${name}.graphql.js`))).default;

it('fetches a page, and fetches a fragment again through node(nodeId:), into the same records', async () => {
  const environment = openEnvironment();
  const request = await artifact('WidgetQuery');
  const data = await relay.fetchQuery(environment, request, {}).toPromise();
  const { viewer } = Object(data) as { viewer: { id: string; nodeId: string } };
  expect(viewer).toMatchObject({ id: 'ada', nodeId: expect.any(String) });

  const source = environment.getStore().getSource();
  const remaining = () => {
    const ofCustomer = Object(source.get(viewer.nodeId));
    const [, link] = Object.entries(ofCustomer).find(([name]) => name.startsWith('balance(')) ?? [];
    const balance = source.get(Object(link).__ref);
    return balance && { type: balance['__typename'], remaining: balance['remaining'] };
  };
  const kept = environment.retain(relay.createOperationDescriptor(request, {}));
  expect(remaining()).toEqual({ type: 'Balance', remaining: '10' });
  await track(brim, { customerId: 'ada', value: '3' });
  const again = await artifact('WidgetRefetchQuery');
  await relay.fetchQuery(environment, again, { nodeId: viewer.nodeId }).toPromise();
  expect(remaining()).toEqual({ type: 'Balance', remaining: '7' });
  kept.dispose();
});

it('joins the pages of a connection, from the end of a list back', async () => {
  const environment = openEnvironment();
  const request = await artifact('WidgetLedgerQuery');
  const source = environment.getStore().getSource();
  const connection = () => {
    const id = source.getRecordIDs().find((name) => name.endsWith('__Widget_ledger_connection'));
    return Object(source.get(id ?? ''));
  };
  const edges = () => (connection().edges?.__refs ?? []).map((edge: string) => Object(source.get(edge)));
  environment.retain(relay.createOperationDescriptor(request, { count: 1 }));
  for (let page = 0; page < 2; page += 1) {
    const variables = { count: 1, cursor: edges().at(0)?.cursor };
    await relay.fetchQuery(environment, request, variables).toPromise();
  }
  const sequences = edges().map(({ node }: { node: { __ref: string } }) => source.get(node.__ref)?.['sequence']);
  expect(sequences).toEqual([2, 1]);
});
