import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patience } from '../support/deadlines.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const COPIED = ['codegen.ts', 'package.json', 'packages', 'prisma', 'prisma.config.ts', 'schema', 'scripts', 'src'];

describe('npm run generate -- --check, in a copy of the tree', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'brim-generated-'));
    for (const name of COPIED) cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  const generate = (...args: readonly string[]) =>
    spawnSync(process.execPath, ['--import', 'tsx', 'scripts/generate.ts', ...args], { cwd: folder, encoding: 'utf8' });
  const edit = (file: string, change: (text: string) => string) => {
    const target = path.join(folder, file);
    writeFileSync(target, change(readFileSync(target, 'utf8')));
  };
  /** Every file with a hash of what it says. */
  const tree = () =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => path.join(parentPath, name))
      .map((file) => `${file} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`)
      .sort();

  it('passes what is current', () => {
    const before = tree();
    expect(generate('--check')).toMatchObject({ status: 0, stderr: '' });
    expect(tree()).toEqual(before);
  });

  it('names what was edited, deleted or added by hand, and changes nothing; a run without it mends all of it', {
    timeout: patience(60_000),
  }, () => {
    const before = tree();
    edit('schema/schema.graphql', (text) => text.replace('type Query', 'type Query '));
    edit('packages/client/src/documents/generated/graphql.ts', (text) => `${text}export type Added = string;\n`);
    rmSync(path.join(folder, 'packages/client/src/urql/generated/cache-schema.ts'));
    writeFileSync(path.join(folder, 'packages/client/src/apollo/generated/left.ts'), '');
    const stale = tree();
    const { status, stderr } = generate('--check');
    expect(status).toBe(1);
    const [, names = ''] = /Not current: (.*)\. Run `npm run generate`/.exec(stderr) ?? [];
    expect(names.split(', ').sort()).toEqual([
      'packages/client/src/apollo/generated/left.ts',
      'packages/client/src/documents/generated/graphql.ts',
      'packages/client/src/urql/generated/cache-schema.ts',
      'schema/schema.graphql',
    ]);
    expect(tree()).toEqual(stale);
    expect(generate()).toMatchObject({ status: 0 });
    expect(tree()).toEqual(before);
  });

  it.each<[what: string, make: () => void]>([
    ['edited', () => edit('src/generated/prisma/models/Grant.ts', (text) => `${text}// by hand\n`)],
    ['made from another schema', () => edit('prisma/schema.prisma', (text) => `${text}\nmodel Added {\n  id Int @id\n}\n`)],
  ])(
    'names a Prisma client that is %s',
    (_, make) => {
      make();
      const stale = tree();
      const { status, stderr } = generate('--check');
      expect({ status, stderr }).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('Not current: src/generated/prisma.'),
      });
      expect(tree()).toEqual(stale);
    },
    60_000,
  );
});
