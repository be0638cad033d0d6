/** `npm start` in a clone: bin/brim.mjs builds what was changed, and nothing else. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { patience } from '../support/deadlines.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const CLONED = ['bin', 'package.json', 'package-lock.json', 'packages', 'prisma', 'prisma.config.ts', 'schema', 'scripts', 'src'];

describe('npm start in a clone', () => {
  let folder = '';
  beforeAll(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'brim-clone-'));
    for (const name of CLONED) cpSync(path.join(ROOT, name), path.join(folder, name), { recursive: true });
    symlinkSync(path.join(ROOT, 'node_modules'), path.join(folder, 'node_modules'));
  });
  afterAll(() => rmSync(folder, { recursive: true, force: true }));

  /** A start that ends before it needs a database, unless `env` says otherwise. */
  const start = (env: Record<string, string> = { PORT: 'none' }) => {
    const { PATH, HOME, TMPDIR } = process.env;
    return spawnSync(process.execPath, ['bin/brim.mjs'], {
      cwd: folder,
      env: { PATH, HOME, TMPDIR, ...env },
      encoding: 'utf8',
    });
  };
  const edit = (file: string, change: (text: string) => string) => {
    const target = path.join(folder, file);
    writeFileSync(target, change(readFileSync(target, 'utf8')));
  };
  const builtAt = (part: string) => statSync(path.join(folder, 'dist', part)).mtimeMs;

  it(
    'builds at the first start, and not again while nothing changes',
    () => {
      expect(start()).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('The configuration cannot be used:\n  - PORT'),
      });
      const before = [builtAt('server'), builtAt('page')];
      expect(start()).toMatchObject({
        status: 1,
        stdout: '',
        stderr: expect.stringMatching(/^The configuration cannot be used:/),
      });
      expect([builtAt('server'), builtAt('page')]).toEqual(before);
    },
    patience(60_000),
  );

  it(
    'shows a changed source at the next start, and builds only the part that has it',
    () => {
      const page = builtAt('page');
      edit('src/config/config.ts', (text) => text.replace('cannot be used:', 'was changed:'));
      expect(start().stderr).toMatch(/^The configuration was changed:/m);
      expect(builtAt('page')).toBe(page);
      edit('packages/client/src/react/provider.tsx', (text) => `${text}\n`);
      start();
      expect(builtAt('page')).toBeGreaterThan(page);
    },
    patience(60_000),
  );

  it(
    'names the lines of the sources in the trace of an error',
    () => {
      renameSync(path.join(folder, 'prisma/migrations'), path.join(folder, 'prisma/away'));
      const { stderr } = start({ PORT: '0', DATABASE_URL: 'postgresql://brim:brim@127.0.0.1:9/brim' });
      expect(stderr).toContain('ENOENT');
      expect(stderr).toMatch(new RegExp(`at async readMigrations \\(${folder}/src/database/migrate\\.ts:\\d+:\\d+\\)`));
    },
    patience(60_000),
  );

  it(
    'keeps the last build where a new one fails, and says so',
    () => {
      const before = builtAt('server');
      const source = readFileSync(path.join(folder, 'src/config/config.ts'), 'utf8');
      edit('src/config/config.ts', () => 'export const = 1;\n');
      expect(start()).toMatchObject({
        status: 1,
        stderr: expect.stringContaining('Brim could not start. It could not be built.'),
      });
      expect(builtAt('server')).toBe(before);
      edit('src/config/config.ts', () => source);
    },
    patience(60_000),
  );

  it(
    'starts a build without the packages that make one; where there is none or an old one, says what to run',
    () => {
      start();
      rmSync(path.join(folder, 'node_modules'));
      mkdirSync(path.join(folder, 'node_modules'));
      const { dependencies } = JSON.parse(readFileSync(path.join(ROOT, 'package.json'), 'utf8'));
      // The packages that the configuration is read with are enough to see it refused.
      for (const name of Object.keys(dependencies).filter((each) => !each.startsWith('@')))
        symlinkSync(path.join(ROOT, 'node_modules', name), path.join(folder, 'node_modules', name));
      expect(start().stderr).toMatch(/^The configuration was changed:/);
      edit('src/config/config.ts', (text) => `${text}\n`);
      const run = 'and the packages that build it are not installed. Run: npm ci && npm run build\n';
      expect(start().stderr).toBe(`Brim could not start. dist/ was built from other sources, ${run}`);
      rmSync(path.join(folder, 'dist'), { recursive: true });
      expect(start().stderr).toBe(`Brim could not start. It is not built, ${run}`);
    },
    patience(60_000),
  );
});
