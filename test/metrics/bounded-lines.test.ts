/** A flood of refusals does not fill the disk. */
import { expect, it } from 'vitest';
import { openBrim } from '../support/brim.ts';
import { openLines } from './fixture.ts';

it('writes a hundred lines of a code in a minute, and then how many it left out', async () => {
  const { lines, log } = openLines();
  const brim = await openBrim({ log, config: { logOneIn: 0 } });
  const refuse = (credential: string) => brim.query('{ features { id } }', {}, credential);
  try {
    await Promise.all(Array.from({ length: 120 }, () => refuse('brim_sk_wrong_0123456789')));
    await brim.query('{ nothing }');
  } finally {
    await brim.close();
  }
  const of = (code: string) => lines.filter(({ codes }) => JSON.stringify(codes) === JSON.stringify([code]));
  expect(of('UNAUTHENTICATED')).toHaveLength(100);
  // Another refusal is not left out because of them.
  expect(of('GRAPHQL_VALIDATION_FAILED')).toHaveLength(1);
  expect(lines.filter(({ leftOut }) => leftOut)).toEqual([
    expect.objectContaining({ kind: 'UNAUTHENTICATED', leftOut: 20, msg: 'lines left out' }),
  ]);
});
