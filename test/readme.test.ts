import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, followPage, readPage, stepsOf } from './pages.ts';
import { openBrim, type TestBrim } from './support/brim.ts';

const README = readPage('README.md');
const STEPS = stepsOf(README);

describe('the README', () => {
  let brim: TestBrim;

  beforeAll(async () => {
    brim = await openBrim();
  });
  afterAll(() => brim.close());

  it('shows nine operations whose answers are the ones that Brim gives, in their order', async () => {
    expect(STEPS).toHaveLength(9);
    await followPage(brim, README);
  });

  it('shows the set-up of Apollo and urql as it is compiled and run', () => {
    const files = ['apollo/client', 'apollo/remaining', 'urql/client', 'urql/remaining'];
    const compiled = files.map((name) => readPage(`test/clients/${name}.ts`));
    expect(blocksOf(README, 'ts')).toEqual(compiled);
  });

  it('names exactly the two commands that a newcomer needs', () => {
    const commands = blocksOf(README, 'sh').map((command) => command.trim());
    expect(commands).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  });
});
