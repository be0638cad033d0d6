/** Pages of documentation, as what they promise: operations with the answers that stand below them. */
import { readFileSync } from 'node:fs';
import { expect } from 'vitest';

export interface Step {
  readonly document: string;
  /** As data; "…" stands for whatever is there. */
  readonly expected: unknown;
}

export function readPage(name: string): string {
  return readFileSync(new URL(`../${name}`, import.meta.url), 'utf8');
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

function loosened(value: unknown): unknown {
  if (value === '…') return expect.any(String);
  if (Array.isArray(value)) return value.map(loosened);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, loosened(part)]));
}
