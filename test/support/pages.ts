/**
 * Pages of documentation, as what they promise: operations with the answers that stand below them.
 */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';
import { subscribe, type TestBrim, take } from './brim.ts';
import { patience } from './deadlines.ts';
import { answerPage, findPurchase } from './shop.ts';

export interface Step {
  readonly document: string;
  /** As data; "…" stands for whatever is there. */
  readonly expected: unknown;
}

export function readPage(name: string): string {
  return readFileSync(new URL(`../../${name}`, import.meta.url), 'utf8');
}

/** The operations of a page, each with the answer that stands below it. */
export function stepsOf(page: string): readonly Step[] {
  return [...page.matchAll(/```graphql\n([\s\S]*?)```\s*```json\n([\s\S]*?)```/g)].map(([, document = '', answer = '']) => ({
    document,
    expected: loosened(JSON.parse(answer)),
  }));
}

/** The blocks of one language, in their order. */
export function blocksOf(page: string, language: string): readonly string[] {
  return [...page.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(([, block = '']) => block);
}

/**
 * Does what a page says, in its order, and expects the answers that stand there. A subscription is
 * made with the last token that the page made; what is to be paid is paid. "<entry.id …>" stands
 * for the entry that was answered last.
 */
export async function followPage(brim: TestBrim, page: string): Promise<void> {
  let token = '';
  let entryId = '';
  for (const { document, expected } of stepsOf(page)) {
    if (document.startsWith('subscription')) {
      const changes = subscribe(brim.socket(token), document);
      expect((await take(changes, 1))[0]).toEqual(expected);
      await changes.return();
      continue;
    }
    const data = await brim.data(document.replaceAll(/<entry\.id[^>]*>/g, entryId));
    expect(data).toEqual(expected);
    token = data.createCustomerToken?.token ?? token;
    entryId = data.track?.entry?.id ?? entryId;
    if (data.attachPlan?.checkoutUrl) await pay(brim, data.attachPlan.checkoutUrl);
  }
}

async function pay(brim: TestBrim, checkoutUrl: string): Promise<void> {
  const paid = await answerPage(checkoutUrl);
  const [, purchaseId = ''] = /\/checkout\/return\/([^/?]+)/.exec(paid.headers.get('location') ?? '') ?? [];
  await expect.poll(async () => (await findPurchase(brim, purchaseId))?.status, { timeout: patience(10_000) }).toBe('ACTIVE');
}

function loosened(value: unknown): unknown {
  if (value === '…') return expect.any(String);
  if (Array.isArray(value)) return value.map(loosened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, loosened(part)]));
}
