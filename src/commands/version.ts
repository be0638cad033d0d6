import { readFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { PACKAGE_FOLDER } from '../platform/package-folder.ts';

const packageFile = z.object({ version: z.string() });

/** The version of this package, as its package.json says it. */
export function readVersion(): string {
  return packageFile.parse(JSON.parse(readFileSync(path.join(PACKAGE_FOLDER, 'package.json'), 'utf8'))).version;
}
