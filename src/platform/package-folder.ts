/**
 * The folder of this package. Sources and built modules lie at different depths below it, so code
 * finds other files from here: the migrations, and the demo's page.
 */
import { existsSync } from 'node:fs';
import path from 'node:path';

export const PACKAGE_FOLDER = folderWith('package.json', import.meta.dirname);

function folderWith(name: string, folder: string): string {
  const parent = path.dirname(folder);
  return parent === folder || existsSync(path.join(folder, name)) ? folder : folderWith(name, parent);
}
