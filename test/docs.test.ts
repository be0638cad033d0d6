import { existsSync, readdirSync } from 'node:fs';
import { parseEnv } from 'node:util';
import { describe, expect, it } from 'vitest';
import { readConfig } from '../src/config/config.ts';
import { openBrim } from './support/brim.ts';
import { blocksOf, followPage, readPage, stepsOf } from './support/pages.ts';
import { productionEnvironment } from './support/secrets.ts';
import { balanceOf } from './support/shop.ts';

const PAGES = readdirSync(new URL('../docs', import.meta.url)).filter((name) => name.endsWith('.md'));

describe('the operations of a page have the answers that stand below them:', () => {
  it.each(PAGES)('docs/%s', async (name) => {
    const page = readPage(`docs/${name}`);
    const steps = stepsOf(page);
    expect(blocksOf(page, 'graphql'), 'every operation has an answer').toHaveLength(steps.length);
    if (steps.length === 0) return;
    const brim = await openBrim();
    try {
      await followPage(brim, page);
    } finally {
      await brim.close();
    }
  });
});

describe('the pages and the demo', () => {
  /** As the README names them. */
  const inOrder = [...readPage('README.md').matchAll(/\]\((docs\/[\w-]+\.md)\)/g)].map(([, page = '']) => page);

  it.each([['first'], ['last']])('can all be followed in one database, the demo opened %s', async (when) => {
    expect(inOrder.toSorted()).toEqual(PAGES.map((name) => `docs/${name}`).toSorted());
    const brim = await openBrim();
    const openDemo = async () => {
      const headers = { origin: brim.url };
      const begun = await fetch(`${brim.url}/demo/session`, { method: 'POST', headers, body: '{}' });
      const { customerId }: { customerId: string } = await begun.json();
      expect(await balanceOf(brim, customerId, 'pebble_messages')).toMatchObject({ remaining: '10' });
    };
    try {
      if (when === 'first') await openDemo();
      for (const page of ['README.md', ...inOrder]) await followPage(brim, readPage(page));
      if (when === 'last') await openDemo();
    } finally {
      await brim.close();
    }
  });
});

describe('going live with Stripe', () => {
  const blocks = blocksOf(readPage('docs/going-live-with-stripe.md'), 'ini').map((block) =>
    Object.fromEntries(
      block
        .trim()
        .split('\n')
        .map((line): [string, string] => {
          const at = line.indexOf('=');
          return [line.slice(0, at), line.slice(at + 1)];
        }),
    ),
  );

  it('names all that production needs', () => {
    const [named = {}, rotation = {}] = blocks;
    const environment: Readonly<Record<string, string>> = filledIn(named);
    expect(readConfig(environment)).toMatchObject({ environment: 'production', publicUrl: 'https://brim.example' });
    for (const name of Object.keys(environment).filter((each) => each !== 'CORS_ORIGINS' && each !== 'NODE_ENV')) {
      const { [name]: _, ...without } = environment;
      expect(() => readConfig(without), `without ${name}`).toThrow(name);
    }
    const { secretKeys, tokenSecrets } = readConfig({ ...environment, ...filledIn(rotation) });
    expect([secretKeys, tokenSecrets].map(({ length }) => length)).toEqual([2, 2]);
  });

  /** Each placeholder replaced by a secret that is drawn for it. */
  function filledIn(block: Readonly<Record<string, string>>): Record<string, string> {
    const drawn: Readonly<Record<string, () => string | undefined>> = {
      BRIM_SECRET_KEY: () => productionEnvironment().BRIM_SECRET_KEY,
      BRIM_TOKEN_SECRET: () => productionEnvironment().BRIM_TOKEN_SECRET,
      STRIPE_SECRET_KEY: () => productionEnvironment().STRIPE_SECRET_KEY,
      STRIPE_WEBHOOK_SECRET: () => productionEnvironment().STRIPE_WEBHOOK_SECRET,
    };
    const fill = ([name, value]: [string, string]) => [name, value.replace(/<[^>]+>/g, () => drawn[name]?.() ?? '')];
    return Object.fromEntries(Object.entries(block).map(fill));
  }

  it('names the events that a payment can cause', () => {
    const named = [...readPage('docs/going-live-with-stripe.md').matchAll(/`(checkout\.session\.[a-z_]+)`/g)].map(
      ([, event]) => event,
    );
    const sent = [...readPage('src/stripe/webhook-events.ts').matchAll(/'(checkout\.session\.[a-z_]+)'/g)].map(
      ([, event]) => event,
    );
    expect([...new Set(named)].toSorted()).toEqual([...new Set(sent)].toSorted());
  });
});

describe('links', () => {
  it.each(['README.md', 'CONTRIBUTING.md', 'SECURITY.md', ...PAGES.map((name) => `docs/${name}`)])(
    'of %s lead to pages that are there',
    (name) => {
      const folder = name.startsWith('docs/') ? 'docs/' : '';
      const targets = [...readPage(name).matchAll(/\]\((?!https?:)([^)#]+)\)/g)].map(([, target = '']) => target);
      for (const target of targets.filter((each) => each.endsWith('.md')))
        expect(() => readPage(`${folder}${target}`), target).not.toThrow();
    },
  );
});

describe('CONTRIBUTING.md', () => {
  const page = readPage('CONTRIBUTING.md');

  it('names files and folders that are there', () => {
    const named = [...page.matchAll(/`((?:src|schema|test|packages|prisma|scripts|docs)\/[\w./-]+)`/g)].map(
      ([, name = '']) => name,
    );
    expect(named.length).toBeGreaterThan(20);
    expect(named.filter((name) => !existsSync(new URL(`../${name}`, import.meta.url)))).toEqual([]);
  });

  it('names scripts that are there', () => {
    const { scripts } = JSON.parse(readPage('package.json'));
    const named = [...page.matchAll(/`npm (?:run )?([\w:]+)`/g)].map(([, name = '']) => name).filter((name) => name !== 'ci');
    expect(named.filter((name) => !(name in scripts))).toEqual([]);
  });
});

describe('your own PostgreSQL', () => {
  it('names the addresses that are read', () => {
    const [encrypted, pooled] = blocksOf(readPage('docs/your-own-postgres.md'), 'ini').map((block) =>
      readConfig(parseEnv(block)),
    );
    expect(encrypted?.databaseUrl).toMatch(/\?sslmode=verify-full&sslrootcert=\/etc\/brim\/authority\.pem$/);
    expect(pooled).toMatchObject({
      databaseUrl: 'postgresql://brim:secret@pooler.example:6543/brim',
      databaseDirectUrl: 'postgresql://brim:secret@db.example:5432/brim',
    });
  });
});
