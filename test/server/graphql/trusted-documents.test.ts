import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buildSchema } from 'graphql';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { openLog } from '../../../src/platform/log.ts';
import { StartError } from '../../../src/platform/start-error.ts';
import { openTrustedDocuments } from '../../../src/server/graphql/trusted-documents.ts';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'brim-trusted-'));
});
afterAll(() => rm(folder, { recursive: true }));

const log = openLog('silent');
const warn = vi.fn();
log.warn = warn;
const schema = buildSchema('type Query { hello: String }');

async function fileWith(name: string, content: unknown): Promise<string> {
  const file = path.join(folder, name);
  await writeFile(file, typeof content === 'string' ? content : JSON.stringify(content));
  return file;
}
const open = (...files: string[]) => openTrustedDocuments({ files, only: 'customers' }, { schema, log });

describe('the files of trusted documents', () => {
  it("are Apollo's manifest, or texts by their ids, and are read together", async () => {
    const apollo = await fileWith('apollo.json', {
      format: 'apollo-persisted-query-manifest',
      version: 1,
      operations: [{ id: 'a', name: 'A', type: 'query', body: 'query A { hello }' }],
    });
    const relay = await fileWith('relay.json', { b: 'query B { hello }', a: 'query A { hello }' });
    const trusted = await open(apollo, relay);
    expect([...(trusted?.texts ?? [])]).toEqual([
      ['a', 'query A { hello }'],
      ['b', 'query B { hello }'],
    ]);
    expect(trusted?.only).toBe('customers');
    expect(await openTrustedDocuments(undefined, { schema, log })).toBeUndefined();
  });

  it('may have documents that this schema cannot answer, of which the log warns', async () => {
    const file = await fileWith('newer.json', { fine: '{ hello }', newer: '{ later }', broken: '{' });
    expect((await open(file))?.texts.size).toBe(3);
    expect(warn.mock.calls.map(([sentence]) => sentence)).toEqual([
      expect.stringContaining('newer cannot be answered: Cannot query field "later"'),
      expect.stringContaining('broken cannot be answered: Syntax Error'),
    ]);
  });

  it.each<[string, unknown]>([
    ['no JSON', 'query A { hello }'],
    ['a list', ['{ hello }']],
    ['texts that are objects', { a: { body: '{ hello }' } }],
    ['an empty text', { a: '' }],
    ['another version of the manifest', { format: 'apollo-persisted-query-manifest', version: 2, operations: [] }],
  ])('must not be %s', async (_, content) => {
    await expect(open(await fileWith('wrong.json', content))).rejects.toThrow(/^BRIM_TRUSTED_DOCUMENTS: .*is no manifest/);
  });

  it('must be there, and agree', async () => {
    await expect(open(path.join(folder, 'none.json'))).rejects.toThrow(/none\.json cannot be read/);
    const files = [await fileWith('one.json', { a: '{ hello }' }), await fileWith('other.json', { a: '{ x: hello }' })];
    await expect(open(...files)).rejects.toThrow(/other\.json has a with another document/);
    await expect(open(...files)).rejects.toBeInstanceOf(StartError);
  });
});
