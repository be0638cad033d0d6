import { describe, expect, it } from 'vitest';
import { closeUnreleased } from '../scripts/close-changelog.ts';
import { readPage } from './support/pages.ts';

const CHANGELOG = readPage('CHANGELOG.md');

describe('CHANGELOG.md', () => {
  const headings = [...CHANGELOG.matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);

  it('begins with "Unreleased", and then the version that both packages have', () => {
    const versions = ['package.json', 'packages/client/package.json'].map((file) => JSON.parse(readPage(file)).version);
    expect(new Set(versions).size).toBe(1);
    expect(headings[0]).toBe('Unreleased');
    expect(headings[1]).toMatch(new RegExp(`^${versions[0].replaceAll('.', '\\.')} - \\d{4}-\\d{2}-\\d{2}$`));
  });

  it('groups changes as Added, Changed, Fixed and Security', () => {
    const groups = [...CHANGELOG.matchAll(/^### (.*)$/gm)].map(([, group]) => group);
    const known = ['Added', 'Changed', 'Fixed', 'Security', 'Removed', 'Deprecated', 'Not supported'];
    expect(groups.filter((group = '') => !known.includes(group))).toEqual([]);
  });
});

describe('closing "Unreleased"', () => {
  const release = { version: '0.3.0', date: '2027-01-31' };

  it('leaves an empty one above the section of the version', () => {
    const changelog = '# Changelog\n\n## Unreleased\n\n### Fixed\n\n- A thing.\n\n## 0.2.0 - 2026-11-27\n';
    expect(closeUnreleased(changelog, release)).toBe(
      '# Changelog\n\n## Unreleased\n\n## 0.3.0 - 2027-01-31\n\n### Fixed\n\n- A thing.\n\n## 0.2.0 - 2026-11-27\n',
    );
  });

  it.each([
    ['nothing to release', '## Unreleased\n\n## 0.2.0 - 2026-11-27\n', /nothing under/],
    ['nothing to release and no release before', '## Unreleased\n', /nothing under/],
    ['no "Unreleased"', '## 0.2.0 - 2026-11-27\n', /needs one/],
    ['a section of that version', '## Unreleased\n\n- A thing.\n\n## 0.3.0 - 2027-01-30\n', /already/],
  ])('is refused where there is %s', (_why, changelog, message) => {
    expect(() => closeUnreleased(changelog, release)).toThrow(message);
  });
});
