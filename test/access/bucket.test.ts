import { describe, expect, it } from 'vitest';
import { fullBucket, msUntil, refill, spend } from '../../src/access/bucket.ts';

const MINUTE = { limit: 600, periodMs: 60_000 };

describe('a bucket', () => {
  it('is full at the beginning, keeps what is not spent, and is never below zero', () => {
    const bucket = fullBucket(MINUTE, 0);
    expect(spend(250, bucket)).toEqual({ points: 350, atMs: 0 });
    expect(spend(1_000, bucket)).toEqual({ points: 0, atMs: 0 });
  });

  it('refills at a steady rate up to its capacity', () => {
    const empty = { points: 0, atMs: 1_000 };
    expect(refill(empty, MINUTE, 1_100)).toEqual({ points: 1, atMs: 1_100 });
    expect(refill(empty, MINUTE, 31_000)).toEqual({ points: 300, atMs: 31_000 });
    expect(refill(empty, MINUTE, 10_000_000)).toEqual({ points: 600, atMs: 10_000_000 });
  });

  it('refills the same whether it is read once or often', () => {
    let often = { points: 0, atMs: 0 };
    for (let atMs = 0; atMs <= 5_000; atMs += 7) often = refill(often, MINUTE, atMs);
    expect(refill(often, MINUTE, 5_000).points).toBeCloseTo(50, 6);
  });

  it('says how long until an amount can be spent; more than its capacity waits until it is full', () => {
    expect(msUntil(10, { points: 10, atMs: 0 }, MINUTE)).toBe(0);
    expect(msUntil(11, { points: 10, atMs: 0 }, MINUTE)).toBe(100);
    expect(msUntil(1_000_000, { points: 0, atMs: 0 }, MINUTE)).toBe(60_000);
    expect(msUntil(1_000_000, fullBucket(MINUTE, 0), MINUTE)).toBe(0);
  });

  it('whose clock goes back gains nothing, and refills from there', () => {
    const bucket = refill({ points: 5, atMs: 100_000 }, MINUTE, 40_000);
    expect(bucket).toEqual({ points: 5, atMs: 40_000 });
    expect(refill(bucket, MINUTE, 40_100).points).toBe(6);
  });
});
