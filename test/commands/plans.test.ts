/** `brim plans` makes the catalogue that of a file, and versions only of plans that differ. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plans } from '../../src/commands/plans.ts';
import { openBrim, type TestBrim } from '../support/brim.ts';
import { run } from './run.ts';

let brim: TestBrim;
let folder: string;
beforeAll(async () => {
  [brim, folder] = await Promise.all([openBrim(), mkdtemp(path.join(tmpdir(), 'brim-plans-'))]);
});
afterAll(async () => {
  await brim?.close();
  await rm(folder, { recursive: true });
});

async function command(verb: 'diff' | 'apply', catalogue: unknown) {
  const file = path.join(folder, 'catalogue.json');
  await writeFile(file, typeof catalogue === 'string' ? catalogue : JSON.stringify(catalogue));
  return run((context) => plans(context, verb, file), { DATABASE_URL: brim.databaseUrl });
}
const keys = async () => (await brim.data('{ plans { key } }')).plans.map(({ key }: { key: string }) => key).toSorted();

const price = (amount: number | string) => ({ amount: { amount, currency: 'usd' }, billingUnits: 100, method: 'PREPAID' });
const CATALOGUE = {
  features: [
    { id: 'words', name: 'Words', type: 'METERED' },
    { id: 'credits', name: 'Credits', type: 'CREDIT_SYSTEM', creditCosts: [{ featureId: 'words', cost: 0.5 }] },
  ],
  plans: [
    { id: 'free', name: 'Free', autoEnable: true, items: [{ featureId: 'words', included: 10, reset: { unit: 'MONTH' } }] },
    { id: 'more', name: 'More', addOn: true, items: [{ featureId: 'words', price: price(10) }] },
  ],
};
const [FREE, MORE] = CATALOGUE.plans;
const dearer = { ...CATALOGUE, plans: [FREE, { ...MORE, items: [{ featureId: 'words', price: price('12.50') }] }] };

describe('brim plans', () => {
  it('says what a file would make, makes it, and then has nothing more to make', async () => {
    const expected = ['+ feature words', '+ feature credits', '+ plan more', '+ plan free'];
    expect(await command('diff', CATALOGUE)).toEqual({ code: 1, lines: [...expected, '4 to make.'] });
    expect(await keys()).toEqual([]);
    expect(await command('apply', CATALOGUE)).toEqual({ code: 0, lines: [...expected, '4 made.'] });
    expect(await keys()).toEqual(['free@1', 'more@1']);
    for (const verb of ['diff', 'apply'] as const)
      expect(await command(verb, CATALOGUE)).toEqual({ code: 0, lines: ['The catalogue is as the file says.'] });
    expect(await keys()).toEqual(['free@1', 'more@1']);
  });

  it('makes a version only of the plan that differs, and says in what', async () => {
    const { code, lines } = await command('apply', dearer);
    expect(lines).toEqual(['~ plan more', '    items.0.price.amount.amount: "10" → "12.5"', '1 made.']);
    expect(code).toBe(0);
    expect(await keys()).toEqual(['free@1', 'more@2']);
    const { auditLog } = await brim.data('{ auditLog(first: 1) { nodes { operation actor { type } ids } } }');
    expect(auditLog.nodes).toMatchObject([{ operation: 'updatePlan', actor: { type: 'BRIM' } }]);
  });

  it('moves what is attached by itself from one plan to another', async () => {
    const other = { ...FREE, id: 'welcome', name: 'Welcome' };
    const moved = { ...dearer, plans: [other, { ...FREE, autoEnable: false }, dearer.plans[1]] };
    expect((await command('apply', moved)).lines).toEqual([
      '~ plan free',
      '    autoEnable: true → false',
      '+ plan welcome',
      '2 made.',
    ]);
  });

  it('changes names and metadata, and takes out of the archive what the file names', async () => {
    const [words] = CATALOGUE.features;
    await brim.data(
      'mutation { archiveFeature(input: { id: "words" }) { __typename } archivePlan(input: { id: "more" }) { __typename } }',
    );
    const told = {
      features: [{ ...words, name: 'Letters', metadata: { rank: 1 } }],
      plans: [{ ...dearer.plans[1], metadata: { badge: 'new' } }],
    };
    expect(await command('apply', told)).toEqual({
      code: 0,
      lines: [
        ...['^ feature words', '~ feature words', '    name: "Words" → "Letters"', '    metadata.rank: null → 1'],
        ...['^ plan more', '~ plan more', '    metadata.badge: null → "new"', '4 made.'],
      ],
    });
    expect(await command('apply', told)).toEqual({ code: 0, lines: ['The catalogue is as the file says.'] });
    expect(await keys()).toContain('more@3');
    const { feature } = await brim.data('{ feature(id: "words") { name metadata archivedAt } }');
    expect(feature).toEqual({ name: 'Letters', metadata: { rank: 1 }, archivedAt: null });
  });

  it('leaves alone what the file does not name', async () => {
    expect(await command('apply', { plans: [] })).toEqual({ code: 0, lines: ['The catalogue is as the file says.'] });
  });

  it('changes nothing where something cannot be changed', async () => {
    const [words] = CATALOGUE.features;
    const other = { ...dearer, features: [{ ...words, type: 'BOOLEAN' }], plans: [{ ...FREE, id: 'new' }] };
    const { code, lines } = await command('apply', other);
    expect(lines).toEqual(['! cannot change words', '    type: "METERED" → "BOOLEAN"', '+ plan new']);
    expect(code).toBe(1);
    expect(await keys()).not.toContain('new@1');
  });

  it.each<[string, unknown, RegExp]>([
    ['no JSON', '{', /catalogue\.json cannot be read: /],
    ['another word', { plan: [] }, /Unrecognized key: "plan"/],
    [
      'a price that is none',
      { plans: [{ ...MORE, items: [{ featureId: 'words', price: price('-1') }] }] },
      /plans\.0\.items\.0\.price\.amount/,
    ],
    [
      'a misspelt field of a plan',
      { plans: [{ ...MORE, addon: true }] },
      /plans\.0\.addon: is no field here: did you mean addOn\?$/,
    ],
    [
      'misspelt fields deep within, and one that is like none',
      {
        plans: [
          FREE,
          {
            ...MORE,
            items: [{ featureId: 'words', colour: 'red', price: { ...price(10), amount: { amuont: 10, currency: 'usd' } } }],
          },
        ],
      },
      /plans\.1\.items\.0\.colour: is no field here; plans\.1\.items\.0\.price\.amount\.amuont: is no field here: did you mean amount\?$/,
    ],
    [
      'a field of a feature that is not there',
      { features: [{ id: 'x', name: 'X', type: 'METERED', toString: 1 }] },
      /features\.0\.toString: is no field/,
    ],
    ['a feature that is not there', { plans: [{ ...MORE, id: 'x', items: [{ featureId: 'letters', included: 1 }] }] }, /letters/],
  ])('refuses a file with %s', async (_, catalogue, says) => {
    await expect(command('apply', catalogue)).rejects.toThrow(says);
  });
});
