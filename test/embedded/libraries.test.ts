import { mkdir, mkdtemp, readFile, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { linkLibraries } from '../../src/embedded/libraries.ts';

test('missing links are made beside their libraries, and existing ones are not touched', async () => {
  const packageDir = await mkdtemp(path.join(tmpdir(), 'brim-libraries-'));
  try {
    const libraryDir = path.join(packageDir, 'native', 'lib');
    await mkdir(libraryDir, { recursive: true });
    await writeFile(path.join(libraryDir, 'libpq.so.5.18'), 'the library');
    const list = [{ source: 'native/lib/libpq.so.5.18', target: 'native/lib/libpq.so.5' }];
    await writeFile(path.join(packageDir, 'native', 'pg-symlinks.json'), JSON.stringify(list));

    await Promise.all([linkLibraries(packageDir), linkLibraries(packageDir)]);
    await linkLibraries(packageDir);

    expect(await readlink(path.join(libraryDir, 'libpq.so.5'))).toBe('libpq.so.5.18');
    expect(await readFile(path.join(libraryDir, 'libpq.so.5'), 'utf8')).toBe('the library');
  } finally {
    await rm(packageDir, { recursive: true });
  }
});

test('a package without a list of links needs none', async () => {
  await linkLibraries(path.join(tmpdir(), 'brim-no-such-package'));
});
