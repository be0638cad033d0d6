import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { blocksOf, readPage, stepsOf } from './pages.ts';
import { openBrim, subscribe, type TestBrim, take } from './support/brim.ts';
import { answerPage, balanceOf } from './support/story.ts';

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
    let token = '';
    for (const { document, expected } of STEPS) {
      if (document.startsWith('subscription')) {
        const page = subscribe(brim.socket(token), document);
        expect((await take(page, 1))[0]).toEqual(expected);
        await page.return();
        continue;
      }
      const data = await brim.data(document);
      expect(data).toEqual(expected);
      token = data.createCustomerToken?.token ?? token;
      if (data.attachPlan) {
        await answerPage(data.attachPlan.checkoutUrl);
        await expect.poll(async () => (await balanceOf(brim, 'user_123')).remaining).toBe('205');
      }
    }
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
