/**
 * Completes a list of balances that was requested before one of them existed and that arrives after
 * its push. Pushed balances are remembered and added to each later list that lacks them, if they
 * have all fields that the list selects.
 */
import { type DocumentNode, type FieldNode, Kind, type SelectionNode, visit } from 'graphql';
import { isObject, pushedIn } from './pushed.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface Lists {
  /** @returns the answer's data, with the balances pushed before added to every list. */
  apply(data: Fields, document: DocumentNode): Fields;
}

export function openLists(): Lists {
  /** The pushed balances of each customer, by id. */
  const known = new Map<unknown, Map<string, Fields>>();

  const complete = (customer: Fields, document: DocumentNode): Fields => {
    const field = listIn(document);
    const pushed = known.get(customer['id']);
    if (!field || !pushed) return customer;
    const name = field.alias?.value ?? field.name.value;
    const list = customer[name];
    if (!Array.isArray(list)) return customer;
    const ids = new Set(list.map((each) => (isObject(each) ? each['id'] : undefined)));
    const missing = [...pushed].flatMap(([id, balance]) => (ids.has(id) ? [] : (project(balance, field, document) ?? [])));
    return missing.length === 0 ? customer : { ...customer, [name]: [...list, ...missing] };
  };

  const walk = (value: unknown, document: DocumentNode): unknown => {
    if (Array.isArray(value)) return value.map((each) => walk(each, document));
    return isObject(value) ? walkFields(value, document) : value;
  };

  const walkFields = (object: Fields, document: DocumentNode): Fields => {
    const walked = Object.fromEntries(Object.entries(object).map(([name, value]) => [name, walk(value, document)]));
    return object['__typename'] === 'Customer' ? complete(walked, document) : walked;
  };

  return {
    apply(data, document) {
      for (const { id, customerId, fields } of pushedIn(data)) {
        known.set(customerId, (known.get(customerId) ?? new Map()).set(id, fields));
      }
      return known.size === 0 ? data : walkFields(data, document);
    },
  };
}

const lists = new WeakMap<DocumentNode, FieldNode | null>();

/** The field `balances` of a document, if it has one without arguments. */
function listIn(document: DocumentNode): FieldNode | null {
  const read = lists.get(document);
  if (read !== undefined) return read;
  const found: FieldNode[] = [];
  visit(document, { Field: { enter: (node) => void (node.name.value === 'balances' && found.push(node)) } });
  const [first = null, second] = found;
  const only = second || first?.arguments?.length ? null : first;
  lists.set(document, only);
  return only;
}

/** The part of an object that a field selects; undefined if the object lacks a selected field. */
function project(object: Fields, { selectionSet }: FieldNode, document: DocumentNode): Fields | undefined {
  const projected: Record<string, unknown> = {};
  for (const field of fieldsOf(selectionSet?.selections ?? [], document)) {
    const name = field.alias?.value ?? field.name.value;
    const value = object[field.name.value];
    const shown = field.selectionSet && isObject(value) ? project(value, field, document) : value;
    if (shown === undefined) return undefined;
    const before = projected[name];
    projected[name] = isObject(before) && isObject(shown) ? { ...before, ...shown } : shown;
  }
  return projected;
}

/** The selected fields, with fragments expanded. */
function fieldsOf(selections: readonly SelectionNode[], document: DocumentNode): readonly FieldNode[] {
  return selections.flatMap((selection) => {
    if (selection.kind === Kind.FIELD) return [selection];
    if (selection.kind === Kind.INLINE_FRAGMENT) return fieldsOf(selection.selectionSet.selections, document);
    return document.definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION && definition.name.value === selection.name.value
        ? fieldsOf(definition.selectionSet.selections, document)
        : [],
    );
  });
}
