/**
 * Adds to a document all fields that belong to the state of a balance or purchase that it selects.
 * So every answer can be ordered, and a cache never mixes the numbers of two versions. Pushed
 * balances also get their customer and feature.
 */
import { type DocumentNode, type FieldNode, Kind, type SelectionNode, type SelectionSetNode, visit } from 'graphql';
import { FIELDS } from './versioned.ts';

const whole = new WeakMap<DocumentNode, DocumentNode>();

/**
 * @returns the same new document for the same document, as caches expect it. It lacks the notes of
 * clients on the old one (urql's key, the parser's source), which name the old document.
 */
export function selectWhole(document: DocumentNode): DocumentNode {
  const known = whole.get(document);
  if (known) return known;
  const { definitions }: DocumentNode = visit(document, { Field: { leave: complete } });
  const completed: DocumentNode = { kind: Kind.DOCUMENT, definitions };
  whole.set(document, completed).set(completed, completed);
  return completed;
}

function complete(field: FieldNode): FieldNode | undefined {
  const { selectionSet } = field;
  if (selectionSet && field.name.value === 'balanceChanged') return { ...field, selectionSet: sayWhose(selectionSet) };
  const versioned = FIELDS.get(field.name.value);
  if (!selectionSet || !versioned) return undefined;
  const selected = new Set(selectionSet.selections.map(plainName));
  const missing = versioned.state.filter((name) => !selected.has(name)).map((name) => select(name));
  return { ...field, selectionSet: { ...selectionSet, selections: [...selectionSet.selections, ...missing] } };
}

/**
 * Adds customer and feature to pushed balances, so that a cache knows which lists contain a new
 * one.
 */
function sayWhose({ selections, ...rest }: SelectionSetNode): SelectionSetNode {
  const withIds = (selection: SelectionNode): SelectionNode => {
    if (selection.kind !== Kind.FIELD || selection.name.value !== 'balance' || !selection.selectionSet) return selection;
    const own = selection.selectionSet.selections;
    return { ...selection, selectionSet: { ...selection.selectionSet, selections: [...own, ...WHOSE] } };
  };
  return { ...rest, selections: selections.map(withIds) };
}

/** A field under an alias does not count as selected. */
function plainName(selection: SelectionNode): string | undefined {
  return selection.kind === Kind.FIELD && !selection.alias ? selection.name.value : undefined;
}

function select(name: string, ...within: readonly string[]): FieldNode {
  const selections = within.map((each) => select(each));
  return {
    kind: Kind.FIELD,
    name: { kind: Kind.NAME, value: name },
    ...(selections.length > 0 ? { selectionSet: { kind: Kind.SELECTION_SET, selections } } : {}),
  };
}

/** Removes fields that are selected twice. */
const WHOSE = [select('customer', 'id'), select('feature', 'id')];
