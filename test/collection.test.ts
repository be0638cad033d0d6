/**
 * Nothing runs when Vitest collects a test file: what throws at that moment hides every test of the
 * file. So no rule of the product runs outside of a test or a hook; `describe` callbacks are part
 * of the collection.
 */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAst } from 'vite';
import { expect, it } from 'vitest';

interface Node {
  readonly type: string;
  readonly start: number;
  readonly name?: string;
  readonly callee?: Node;
  readonly object?: Node;
  readonly tag?: Node;
  readonly arguments?: readonly Node[];
  readonly body?: Node;
  readonly source?: { readonly value: string };
  readonly specifiers?: readonly { readonly local: { readonly name: string } }[];
}

/** The product itself, and what runs the ledger's rules for tests. */
const PRODUCT = /^\.\.\/(\.\.\/)*(src|schema|packages)\/|\/account\.ts$/;

const TESTS = import.meta.dirname;

/** Constructors of values, and the schema, whose types some tables of tests are made of. */
const ALLOWED = ['decimal', 'formatDecimal', 'NumberText', 'writeCursor', 'text', 'openLog', 'schema', 'LiveError'];

function rootOf(node: Node | undefined): string | undefined {
  for (let at = node; at; at = at.object ?? at.callee ?? at.tag) if (at.name) return at.name;
  return undefined;
}

function runsIn(file: string): readonly string[] {
  const text = readFileSync(path.join(TESTS, file), 'utf8');
  const program = parseAst(text, { lang: file.endsWith('x') ? 'tsx' : 'ts' }) as unknown as { readonly body: readonly Node[] };
  const ofProduct = new Set(
    program.body
      .filter(({ source }) => source && PRODUCT.test(source.value))
      .flatMap(({ specifiers = [] }) => specifiers.map(({ local }) => local.name)),
  );
  const found: string[] = [];
  const note = ({ start }: Node) => found.push(`${file}:${text.slice(0, start).split('\n').length}`);
  const walk = (node: unknown): void => {
    if (typeof node !== 'object' || node === null) return;
    if (Array.isArray(node)) {
      for (const each of node) walk(each);
      return;
    }
    const each = node as Node;
    if (each.type === 'AwaitExpression') note(each);
    const isCall = each.type === 'CallExpression' || each.type === 'NewExpression';
    const name = isCall ? rootOf(each.callee) : undefined;
    if (name && !ALLOWED.includes(name) && ofProduct.has(name)) note(each);
    const isDescribe = name === 'describe';
    if (isDescribe) for (const argument of each.arguments ?? []) walk(isFunction(argument) ? argument.body : argument);
    if (isFunction(each) || /^(TS|Class|Import)/.test(each.type)) return;
    for (const [key, part] of Object.entries(each)) if (!(isDescribe && key === 'arguments')) walk(part);
  };
  walk(program.body);
  return found;
}

function isFunction({ type }: Node): boolean {
  return /Function/.test(type);
}

it('nothing of the product runs when test files are collected', () => {
  const files = readdirSync(TESTS, { recursive: true, encoding: 'utf8' }).filter((file) => /\.test\.tsx?$/.test(file));
  expect(files.length).toBeGreaterThan(200);
  expect(files.flatMap(runsIn)).toEqual([]);
});
