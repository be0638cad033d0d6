/** The code of docs/live-balances-react.md: compiled against the sources, and rendered. */
import { execFile } from 'node:child_process';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { BrimProvider } from '../../packages/client/src/react/index.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');
const PAGE = path.join(ROOT, 'docs/live-balances-react.md');
/** Within the project, so that its packages are found. */
const FOLDER = path.join(ROOT, 'node_modules/.cache/brim-docs-react');

describe('the page about React', () => {
  beforeAll(async () => {
    const page = await readFile(PAGE, 'utf8');
    await rm(FOLDER, { recursive: true, force: true });
    await mkdir(FOLDER, { recursive: true });
    for (const [, kind, name, code = ''] of page.matchAll(/```(tsx?) (\w+)\n([\s\S]*?)```/g)) {
      const sources = code.replaceAll(/'@brim\/client\/(react|server)'/g, `'${ROOT}/packages/client/src/$1/index.ts'`);
      await writeFile(path.join(FOLDER, `${name}.${kind}`), sources);
    }
    const config = {
      extends: path.join(ROOT, 'tsconfig.json'),
      compilerOptions: { typeRoots: [path.join(ROOT, 'node_modules/@types')] },
    };
    await writeFile(path.join(FOLDER, 'tsconfig.json'), JSON.stringify({ ...config, include: ['*.ts', '*.tsx'] }));
    await writeFile(path.join(FOLDER, 'package.json'), '{"type":"module"}');
  });
  afterAll(() => rm(FOLDER, { recursive: true, force: true }));

  it('has code that compiles as it stands', async () => {
    const checked = await promisify(execFile)(process.execPath, [
      path.join(ROOT, 'node_modules/typescript/bin/tsc'),
      '-p',
      FOLDER,
    ]).catch((error: { stdout: string }) => error);
    expect(checked.stdout).toBe('');
  });

  it('has components that render', async () => {
    const { Messages } = await import(path.join(FOLDER, 'widgets.tsx'));
    const { CheckPremiumMessage } = await import(path.join(FOLDER, 'autumn.tsx'));
    const inProvider = createElement(
      BrimProvider,
      { url: 'http://127.0.0.1:9', token: 'none' },
      createElement(Messages),
      createElement(CheckPremiumMessage),
    );
    expect(renderToString(inProvider)).toContain('Welcome, ');
  });
});
