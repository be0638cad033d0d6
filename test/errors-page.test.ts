/** docs/errors.md explains every code that an answer may have, and no other. */
import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import { INPUT_ISSUE_CODES } from '../src/values/issue-codes.ts';
import { readPage } from './support/pages.ts';

/**
 * What is the server's: clients have errors of their own, and the sandbox speaks Stripe's language.
 */
const ELSEWHERE = /^(generated|demo|embedded|stripe\/sandbox)\//;
/** As the sources write them down. */
const WRITTEN = [/\bcode(?::| =) '([A-Z][A-Z_]+)'/g, /_CODE = '([A-Z][A-Z_]+)'/g, /^ +4\d\d\d?: '([A-Z][A-Z_]+)',$/gm];
/** Those of Node's sockets are never answered. */
const OF_SYSTEM = /^E[A-Z]+$/;

it('every code is on the page, and nothing else is', async () => {
  const folder = new URL('../src/', import.meta.url);
  const names = (await readdir(folder, { recursive: true })).filter((name) => name.endsWith('.ts') && !ELSEWHERE.test(name));
  const sources = await Promise.all(names.map((name) => readFile(new URL(name, folder), 'utf8')));
  const written = sources.flatMap((source) =>
    WRITTEN.flatMap((pattern) => [...source.matchAll(pattern)].map(([, code = '']) => code)),
  );
  const codes = [...written, ...INPUT_ISSUE_CODES].filter((code) => !OF_SYSTEM.test(code));
  const explained = [...readPage('docs/errors.md').matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, code]) => code);
  expect(new Set(codes).size).toBeGreaterThan(40);
  expect([...new Set(explained)].sort()).toEqual([...new Set(codes)].sort());
  expect(explained).toHaveLength(new Set(explained).size);
});
