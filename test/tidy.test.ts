/**
 * The conventions that matter, as tests. A rule that the present source breaks names where:
 * the change that mends the place takes the name out, and a new place needs an entry here.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');
const read = (file: string) => readFileSync(path.join(ROOT, file), 'utf8');

function sourcesIn(...folders: readonly string[]): readonly string[] {
  return folders
    .flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: true, encoding: 'utf8' }).map((file) => path.join(folder, file)),
    )
    .filter((file) => /\.tsx?$/.test(file) && !file.startsWith('src/generated/'))
    .sort();
}

const own = sourcesIn('src', 'schema', 'packages/client/src', 'packages/console/src');

describe('files', () => {
  it('are not long: over 250 lines only with a reason in the first, over 400 not at all', () => {
    const LONG: readonly string[] = [];
    const WITHOUT_REASON: readonly string[] = [];
    const linesOf = (file: string) => read(file).split('\n').length - 1;
    // Nobody reads what is generated.
    const written = own.filter((file) => !file.includes('/generated/'));
    expect(written.filter((file) => linesOf(file) > 250)).toEqual(LONG);
    expect(written.filter((file) => linesOf(file) > 400)).toEqual([]);
    expect(LONG.filter((file) => !/^\/[/*]/.test(read(file)))).toEqual(WITHOUT_REASON);
  });

  it('and what they declare are not named after nothing', () => {
    const nothing = /^(utils?|helpers?|common|services?|managers?|handlers?|impl|misc)$/i;
    const isNothing = (name: string) => name.split(/[^A-Za-z]+|(?<=[a-z])(?=[A-Z])/).some((word) => nothing.test(word));
    const declared = /\b(?:function|const|let|class|interface|type|enum)\s+([A-Za-z_$][\w$]*)/g;
    const namesIn = (file: string) => [...read(file).matchAll(declared)].map(([, name = '']) => name);
    const all = [...own, ...sourcesIn('test', 'scripts')];
    expect(all.filter(isNothing)).toEqual([]);
    expect(
      all.flatMap((file) =>
        namesIn(file)
          .filter(isNothing)
          .map((name) => `${file}: ${name}`),
      ),
    ).toEqual([]);
  });

  it('leave nothing to do later, and no test out', () => {
    const later = /\b(TO[D]O|FIX[M]E|XX[X]|HAC[K])\b/;
    expect([...own, ...sourcesIn('test', 'scripts')].filter((file) => later.test(read(file)))).toEqual([]);
    const left = /\b(describe|it|test)(\.\w+)*\.(only|skip|todo)\b/;
    expect(sourcesIn('test').filter((file) => left.test(read(file)))).toEqual([]);
  });

  it('of tests have no deadline that does not scale with TEST_PATIENCE', () => {
    const raw = /\btimeout: \d/;
    expect(sourcesIn('test').filter((file) => raw.test(read(file)))).toEqual([]);
  });
});

describe('ARCHITECTURE.md', () => {
  it('names files and folders that exist', () => {
    const named = [...read('ARCHITECTURE.md').matchAll(/`((?:src|schema|test|packages|prisma|docs|bench|scripts)\/[\w./-]*)`/g)];
    const paths = named.map(([, file = '']) => file);
    expect(paths.length).toBeGreaterThan(40);
    expect(paths.filter((file) => !existsSync(path.join(ROOT, file)))).toEqual([]);
  });

  it('has every room of src/ and everything at the root on its map', () => {
    const [, map = ''] = /^## The map\n\n```\n([\s\S]*?)```$/m.exec(read('ARCHITECTURE.md')) ?? [];
    const onMap = [...map.matchAll(/^ {2}([\w.-]+)\/?(?= )/gm)].map(([, name]) => name);
    expect(onMap.sort()).toEqual(
      readdirSync(path.join(ROOT, 'src'))
        .filter((name) => name !== 'generated')
        .sort(),
    );
  });
});

describe('prose', () => {
  const WIDTH = 100;
  const pages = ['', 'docs', '.github', 'packages/client']
    .flatMap((folder) =>
      readdirSync(path.join(ROOT, folder), { recursive: folder !== '', encoding: 'utf8' }).map((file) => path.join(folder, file)),
    )
    .filter((file) => file.endsWith('.md') && !/\b(node_modules|dist)\b/.test(file));

  /**
   * The prose of a page: no code, table, HTML or line with a link, none of which can be wrapped.
   */
  function proseOf(page: string): readonly string[] {
    const blocks = page.split(/^\s*```.*$/m);
    const lines = blocks.filter((_, index) => index % 2 === 0).flatMap((block) => block.split('\n'));
    return lines.filter((line) => !/^\s*[|<]|\]\(|https?:\/\//.test(line));
  }

  it('wraps at 100 columns', () => {
    expect(pages.length).toBeGreaterThan(40);
    const long = pages.flatMap((page) =>
      proseOf(read(page))
        .filter((line) => [...line].length > WIDTH)
        .map((line) => `${page}: ${line}`),
    );
    expect(long).toEqual([]);
  });

  it('in comments wraps at 100 columns, too', () => {
    const isComment = /^\s*(\/\*\*|\*|\/\/(?! biome-ignore))/;
    const files = [...own, ...sourcesIn('test', 'scripts', 'bench')].filter((file) => !file.includes('/generated/'));
    const long = files.flatMap((file) =>
      read(file)
        .split('\n')
        .filter((line) => isComment.test(line) && [...line].length > WIDTH)
        .map((line) => `${file}: ${line}`),
    );
    expect(long).toEqual([]);
  });

  it('that is too long is found, and code, tables and links are left alone', () => {
    const long = 'word '.repeat(30);
    const page = `${long}\n\n\`\`\`ts\n${long}\n\`\`\`\n\n| ${long} |\n\n[a link](there) ${long}\n\nshort\n`;
    expect(proseOf(page).filter((line) => line.length > WIDTH)).toEqual([long]);
  });
});

describe('decisions', () => {
  const files = readdirSync(path.join(ROOT, 'docs/decisions'))
    .filter((file) => /^\d/.test(file))
    .sort();

  it('are listed in their order, each with its title', () => {
    const titleOf = (file: string) => read(`docs/decisions/${file}`).split('\n')[0]?.replace('# ', '');
    const listed = read('docs/decisions/README.md')
      .split('\n')
      .filter((line) => /^\d/.test(line));
    expect(listed).toEqual(files.map((file) => `${Number(file.slice(0, 4))}. [${titleOf(file)}](${file})`));
  });
});

describe('package.json', () => {
  const { scripts, dependencies, devDependencies, overrides } = JSON.parse(read('package.json'));

  it('names exact versions', () => {
    const ranges = Object.entries({ ...dependencies, ...devDependencies, ...overrides }).filter(
      ([, version]) => !/^(?:npm:\w+@)?\d+\.\d+\.\d+(-[\w.-]+)?$/.test(String(version)),
    );
    expect(ranges).toEqual([]);
  });

  it("has the scripts of the README's two commands", () => {
    const commands = [...read('README.md').matchAll(/^ *npm ci && npm (?:run )?(\w+)$/gm)].map(([, script]) => script);
    expect(commands).toEqual(['start', 'test']);
    expect(Object.keys(scripts)).toEqual(expect.arrayContaining([...commands, 'check']));
  });
});
