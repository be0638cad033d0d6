/** Says in a few words what a statement does to which tables, as the name of its span. */

/** As the convention asks. */
const NAMES_MAX_CHARACTERS = 255;
/** Most statements are asked again and again. */
const MAX_KNOWN = 1_000;
const known = new Map<string, string>();

/** `INSERT ledger_entry UPDATE balance`, `SELECT feature` or `COMMIT`. */
export function summaryOf(text: string): string {
  const found = known.get(text);
  if (found !== undefined) return found;
  const summary = summarize(text).slice(0, NAMES_MAX_CHARACTERS);
  if (known.size < MAX_KNOWN) known.set(text, summary);
  return summary;
}

const TABLE = String.raw`\s+(?:ONLY\s+)?(?:"?\w+"?\.)?"?(\w+)"?`;
/** Not the UPDATE of `FOR UPDATE` and `DO UPDATE`. */
const WRITE = new RegExp(String.raw`(?<!\b(?:FOR|KEY|DO)\s+)\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM)${TABLE}`, 'gi');
/** Not the FROM of `FROM unnest(…)`. */
const READ = new RegExp(String.raw`\b(?:FROM|JOIN)${TABLE}(?![\w"]|\s*[.(])`, 'gi');
/** What WITH names is no table. */
const NAMED_BY_WITH = /\b(\w+)\s*(?:\([^()]*\)\s*)?AS\s+(?:NOT\s+)?(?:MATERIALIZED\s+)?\(/gi;

function summarize(text: string): string {
  const writes = [...text.matchAll(WRITE)].map(([, verb = '', table]) => `${verb.split(/\s/)[0]?.toUpperCase()} ${table}`);
  if (writes.length > 0) return [...new Set(writes)].join(' ');
  const named = new Set([...text.matchAll(NAMED_BY_WITH)].map(([, name]) => name));
  const table = [...text.matchAll(READ)].map(([, name]) => name).find((name) => !named.has(name));
  if (table !== undefined) return `SELECT ${table}`;
  return /[a-z]+/i.exec(text)?.[0].toUpperCase() ?? 'statement';
}
