import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { rememberCredits } from '../../src/catalog/credits.ts';
import type { Feature } from '../../src/catalog/types.ts';
import { decimal } from '../../src/values/decimal.ts';

let nowMs = 0;
beforeEach(() => {
  nowMs = 0;
  vi.spyOn(performance, 'now').mockImplementation(() => nowMs);
});
afterEach(() => {
  vi.restoreAllMocks();
});

const system = (id: string, costs: Record<string, string>): Feature => ({
  id,
  name: id,
  type: 'CREDIT_SYSTEM',
  consumable: true,
  creditCosts: Object.entries(costs).map(([featureId, cost]) => ({ featureId, cost: decimal(cost) })),
  metadata: {},
  createdAt: new Date('2026-01-01T00:00:00Z'),
  archivedAt: null,
});

/** Reads what `systems` contains at that moment, and counts the readings. */
function openShelf(...systems: Feature[]) {
  const shelf = { systems, readings: 0 };
  const credits = rememberCredits(async () => {
    shelf.readings += 1;
    return [...shelf.systems];
  });
  return { shelf, credits };
}

test('every system that names a feature pays for it, in order; no system pays for another', async () => {
  const { credits } = openShelf(system('gold', { images: '2', words: '0.5' }), system('silver', { images: '20' }));
  expect(await credits.of('images')).toEqual([
    { featureId: 'gold', cost: decimal('2') },
    { featureId: 'silver', cost: decimal('20') },
  ]);
  expect(await credits.of('words')).toEqual([{ featureId: 'gold', cost: decimal('0.5') }]);
  expect(await credits.of('gold')).toEqual([]);
});

test('callers within a second share one reading, and the next second has its own', async () => {
  const { shelf, credits } = openShelf();
  await Promise.all(Array.from({ length: 100 }, (_, index) => credits.of(`feature_${index}`)));
  nowMs = 999;
  shelf.systems = [system('gold', { images: '2' })];
  expect(await credits.of('images')).toEqual([]);
  expect(shelf.readings).toBe(1);
  nowMs = 1_000;
  expect(await credits.of('images')).toHaveLength(1);
  expect(shelf.readings).toBe(2);
});

test('after forget, the next caller reads again, also while an older reading is under way', async () => {
  const { shelf, credits } = openShelf();
  const before = credits.of('images');
  shelf.systems = [system('gold', { images: '2' })];
  credits.forget();
  expect(await credits.of('images')).toHaveLength(1);
  expect(await before).toEqual([]);
  expect(await credits.of('images')).toHaveLength(1);
  expect(shelf.readings).toBe(2);
});

test('a failed reading fails its own callers, and is not kept', async () => {
  const read = vi.fn(async (): Promise<readonly Feature[]> => [system('gold', { images: '2' })]);
  read.mockRejectedValueOnce(new Error('away'));
  const credits = rememberCredits(read);
  const asked = await Promise.allSettled([credits.of('images'), credits.of('words')]);
  expect(asked.map(({ status }) => status)).toEqual(['rejected', 'rejected']);
  expect(await credits.of('images')).toHaveLength(1);
  expect(read).toHaveBeenCalledTimes(2);
});

test('a reading that fails late does not remove a newer one', async () => {
  let fail: (error: Error) => void = () => undefined;
  const failing = new Promise<never>((_, reject) => {
    fail = reject;
  });
  const read = vi.fn(async (): Promise<readonly Feature[]> => [system('gold', { images: '2' })]);
  read.mockReturnValueOnce(failing);
  const credits = rememberCredits(read);
  const late = credits.of('images');
  credits.forget();
  expect(await credits.of('images')).toHaveLength(1);
  fail(new Error('away'));
  await expect(late).rejects.toThrow('away');
  expect(await credits.of('images')).toHaveLength(1);
  expect(read).toHaveBeenCalledTimes(2);
});
