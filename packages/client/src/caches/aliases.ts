import { type DocumentNode, visit } from 'graphql';

const read = new WeakMap<DocumentNode, ReadonlyMap<string, string>>();

/** The field that each alias of a document stands for. */
export function aliasesOf(document: DocumentNode): ReadonlyMap<string, string> {
  const known = read.get(document);
  if (known) return known;
  const aliases = new Map<string, string>();
  visit(document, {
    Field: {
      enter({ alias, name }) {
        if (alias) aliases.set(alias.value, name.value);
      },
    },
  });
  read.set(document, aliases);
  return aliases;
}
