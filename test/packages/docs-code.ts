/** The TypeScript of the pages that import a client, as the files of an app. */
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from './project.ts';

export interface Page {
  readonly name: string;
  readonly text: string;
  /**
   * By their paths: `live-balances-react/provider.tsx`. A block without a name has one of
   * `UNNAMED`, in order.
   */
  readonly files: Readonly<Record<string, string>>;
}

/** In the pages about Apollo and urql one block imports another by these names. */
const UNNAMED = ['client', 'remaining', 'buy'];
const BLOCK = /^```(tsx?)(?: (\w+))?\n([\s\S]*?)^```/gm;

export function pagesThatImport(): readonly Page[] {
  const docs = readdirSync(path.join(ROOT, 'docs')).filter((name) => name.endsWith('.md'));
  return ['README.md', 'packages/client/README.md', ...docs.map((name) => `docs/${name}`)]
    .map((name) => ({ name, text: readFileSync(path.join(ROOT, name), 'utf8') }))
    .filter(({ text }) => [...text.matchAll(BLOCK)].some(([, , , code = '']) => code.includes("from '@brim/")))
    .map(({ name, text }) => {
      const unnamed = UNNAMED.values();
      const files = [...text.matchAll(BLOCK)].map(([, kind, block = unnamed.next().value, code = '']) => {
        if (!block) throw new Error(`${name} has a block more than there are names for.`);
        return [`${path.basename(name, '.md')}/${block}.${kind}`, code] as const;
      });
      return { name, text, files: Object.fromEntries(files) };
    });
}

/** A program that prints the page of docs/live-balances-react.md as a server renders it. */
export const RENDER = `import { renderToString } from 'react-dom/server';
  import Page from './live-balances-react/page.tsx';
  import { Balances } from './live-balances-react/provider.tsx';
  console.log(renderToString(<Balances userId="ada"><Page /></Balances>));`;
