/**
 * Documents that differ in a comment, so that each has to be read anew, and that take long to
 * validate.
 */
import { beforeAll, expect, it } from 'vitest';
import { patience } from '../support/deadlines.ts';
import { isLong } from '../support/long.ts';
import { type AttackedShop, answersOf, openAttackedShop } from './fixture.ts';

const DOCUMENTS = 1_000;
const AT_ONCE = 20;

let shop: AttackedShop;
beforeAll(async () => {
  shop = await openAttackedShop();
});

it.runIf(isLong)(
  'a thousand documents of 2,000 tokens',
  async () => {
    const token = await shop.attacker('writer');
    let sent = 0;
    const sendMany = async (): Promise<readonly unknown[]> => {
      const answers: unknown[] = [];
      for (; sent < DOCUMENTS; sent += 1)
        answers.push(...(await answersOf(shop, [`# ${sent}\n{viewer{${'balance(featureId:"x"){id} '.repeat(200)}}}`], token)));
      return answers;
    };
    const answers = (await shop.during(() => Promise.all(Array.from({ length: AT_ONCE }, sendMany)))).flat();
    expect(answers.length).toBeGreaterThanOrEqual(DOCUMENTS);
    // It pays for what they take, long before they are all read.
    expect(answers.filter((answer) => answer === 'RATE_LIMITED').length).toBeGreaterThan(DOCUMENTS / 2);
  },
  patience(240_000),
);
