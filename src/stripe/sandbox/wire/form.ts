/**
 * Reads a form body or query with nested brackets, as Stripe's API takes them:
 * `line_items[0][price_data][currency]=usd`. The result has only texts and objects; the request's
 * schema turns them into lists, numbers and flags.
 */
import { refusedParam } from './api-error.ts';

export type FormValue = string | FormObject;
export interface FormObject {
  [name: string]: FormValue;
}

const DEPTH_LIMIT = 8;
const NAME = /^([^[\]]+)((?:\[[^[\]]*\])*)$/;

/** @throws SandboxApiError for names that are malformed or contradict each other. */
export function parseForm(text: string): FormObject {
  const root = emptyObject();
  for (const [name, value] of new URLSearchParams(text)) place(root, pathOf(name), value, name);
  return root;
}

/**
 * `line_items[0][quantity]` for ['line_items', '0', 'quantity'], as Stripe's errors name a
 * parameter.
 */
export function bracketed(path: readonly PropertyKey[]): string {
  return path.map((part, index) => (index === 0 ? String(part) : `[${String(part)}]`)).join('');
}

/** Without a prototype, so that no parameter can be named like an inherited property. */
function emptyObject(): FormObject {
  return Object.create(null);
}

function pathOf(name: string): string[] {
  const match = NAME.exec(name);
  const first = match?.[1];
  if (match === null || first === undefined) throw refusedParam(name, `Invalid parameter name: ${name}`);
  const rest = [...(match[2] ?? '').matchAll(/\[([^\]]*)\]/g)].map((part) => part[1] ?? '');
  if (rest.length >= DEPTH_LIMIT) throw refusedParam(name, `Parameter nested too deeply: ${name}`);
  return [first, ...rest];
}

function place(root: FormObject, path: readonly string[], value: string, name: string): void {
  let parent = root;
  for (const [index, part] of path.entries()) {
    const key = part === '' ? String(Object.keys(parent).length) : part;
    const present = parent[key];
    if (index === path.length - 1) {
      if (present !== undefined) throw refusedParam(name, `Parameter given twice: ${name}`);
      parent[key] = value;
      return;
    }
    if (typeof present === 'string') throw refusedParam(name, `Parameter given twice: ${name}`);
    const child = present ?? emptyObject();
    parent[key] = child;
    parent = child;
  }
}
