import { afterEach, describe, expect, it } from 'vitest';
import { openBrim, type TestBrim } from './support/brim.ts';
import { blocksOf, followPage, readPage, stepsOf } from './support/pages.ts';

const README = readPage('README.md');
const GETTING_STARTED = readPage('docs/getting-started.md');

let brim: TestBrim | undefined;
afterEach(() => brim?.close());

describe('the README', () => {
  it('shows three operations whose answers are the ones that Brim gives, in their order', async () => {
    brim = await openBrim();
    expect(stepsOf(README)).toHaveLength(3);
    expect(blocksOf(README, 'graphql')).toHaveLength(3);
    await followPage(brim, README);
  });

  it('names exactly the two commands that a newcomer needs', () => {
    const commands = blocksOf(README, 'sh').map((command) => command.trim());
    expect(commands).toEqual(['npm ci && npm start', 'npm ci && npm test']);
  });

  it('fits a page of 150 lines', () => {
    expect(README.trimEnd().split('\n').length).toBeLessThanOrEqual(150);
  });
});

describe('docs/getting-started.md', () => {
  it('shows nine operations whose answers are the ones that Brim gives, in their order', async () => {
    brim = await openBrim();
    expect(stepsOf(GETTING_STARTED)).toHaveLength(9);
    await followPage(brim, GETTING_STARTED);
  });
});
