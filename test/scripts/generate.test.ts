import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { describe, expect, it, type TestContext } from 'vitest';
import { patience } from '../support/deadlines.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const COPIED = ['codegen.ts', 'package.json', 'packages', 'prisma', 'prisma.config.ts', 'schema', 'scripts', 'src'];

/** A copy of the tree, of one test alone. */
function openCopy({ onTestFinished }: TestContext) {
  const folder = mkdtempSync(path.join(tmpdir(), 'brim-generated-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of COPIED) cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
  symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  return {
    folder,
    generate: (...args: readonly string[]) =>
      new Promise<{ status: unknown; stderr: string }>((resolve) => {
        execFile(
          process.execPath,
          ['--import', 'tsx', 'scripts/generate.ts', ...args],
          { cwd: folder },
          (error, _stdout, stderr) => resolve({ status: error ? error.code : 0, stderr }),
        );
      }),
    edit(file: string, change: (text: string) => string) {
      const target = path.join(folder, file);
      writeFileSync(target, change(readFileSync(target, 'utf8')));
    },
    /** Every file with a hash of its text. */
    tree: () =>
      readdirSync(folder, { recursive: true, withFileTypes: true })
        .filter((entry) => entry.isFile())
        .map(({ parentPath, name }) => path.join(parentPath, name))
        .map((file) => `${file} ${createHash('sha256').update(readFileSync(file)).digest('hex')}`)
        .sort(),
  };
}

describe.concurrent('npm run generate, in a copy of the tree', { timeout: patience(60_000) }, () => {
  it('names with --check what was edited, deleted or added by hand, and changes nothing; without it, mends all', async (context) => {
    const { folder, generate, edit, tree } = openCopy(context);
    const before = tree();
    edit('schema/schema.graphql', (text) => text.replace('type Query', 'type Query '));
    edit('packages/client/src/documents/generated/graphql.ts', (text) => `${text}export type Added = string;\n`);
    rmSync(path.join(folder, 'packages/client/src/urql/generated/cache-schema.ts'));
    writeFileSync(path.join(folder, 'packages/client/src/apollo/generated/left.ts'), '');
    const stale = tree();
    const { status, stderr } = await generate('--check');
    expect(status).toBe(1);
    const [, names = ''] = /Not current: (.*)\. Run `npm run generate`/.exec(stderr) ?? [];
    expect(names.split(', ').sort()).toEqual([
      'packages/client/src/apollo/generated/left.ts',
      'packages/client/src/documents/generated/graphql.ts',
      'packages/client/src/urql/generated/cache-schema.ts',
      'schema/schema.graphql',
    ]);
    expect(tree()).toEqual(stale);
    expect(await generate()).toMatchObject({ status: 0 });
    expect(tree()).toEqual(before);
    expect(await generate('--check')).toEqual({ status: 0, stderr: '' });
    expect(tree()).toEqual(before);
  });

  it.for<[what: string, file: string, added: string]>([
    ['edited', 'src/generated/prisma/models/Grant.ts', '// by hand\n'],
    ['made from another schema', 'prisma/schema.prisma', '\nmodel Added {\n  id Int @id\n}\n'],
  ])('names a Prisma client that is %s', async ([, file, added], context) => {
    const { generate, edit, tree } = openCopy(context);
    edit(file, (text) => `${text}${added}`);
    const stale = tree();
    const { status, stderr } = await generate('--check');
    expect({ status, stderr }).toMatchObject({
      status: 1,
      stderr: expect.stringContaining('Not current: src/generated/prisma.'),
    });
    expect(tree()).toEqual(stale);
  });
});
