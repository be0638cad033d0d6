/**
 * Turns what CHANGELOG.md and the log of the schema's changes have under "Unreleased" into the
 * section of a version. `npm version` runs it; see CONTRIBUTING.md.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const UNRELEASED = '## Unreleased\n';

export interface Release {
  /** As in package.json, such as 0.3.0. */
  readonly version: string;
  /** A day, as YYYY-MM-DD. */
  readonly date: string;
}

/**
 * The changelog after a release: an empty "Unreleased", and below it the section of the version.
 * @throws Error if there is nothing to release, or if the version has a section already.
 */
export function closeUnreleased(changelog: string, { version, date }: Release): string {
  const [before, after, ...more] = changelog.split(UNRELEASED);
  if (before === undefined || after === undefined || more.length > 0) throw new Error('CHANGELOG.md needs one "## Unreleased"');
  if (changelog.includes(`\n## ${version} `)) throw new Error(`CHANGELOG.md has a section of ${version} already`);
  if (after.trimStart() === '' || after.trimStart().startsWith('## '))
    throw new Error('CHANGELOG.md has nothing under "Unreleased"');
  return `${before}${UNRELEASED}\n## ${version} - ${date}\n${after}`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const [, , version = ''] = process.argv;
  const date = new Date().toISOString().slice(0, 10);
  for (const name of ['CHANGELOG.md', 'schema/changes.md']) {
    const file = new URL(`../${name}`, import.meta.url);
    writeFileSync(file, closeUnreleased(readFileSync(file, 'utf8'), { version, date }));
  }
}
