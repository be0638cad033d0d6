/** Divides a CPU profile into the parts of Brim, by the sources of the functions. */
import { existsSync, readFileSync } from 'node:fs';
import { SourceMap } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { CallFrame, CpuProfile } from './inspector.ts';

/**
 * A sample belongs to the innermost function of its stack that has a part. What is in no list, such
 * as src/values and zod, works for its caller.
 */
const SOURCES = {
  transport: /src\/server\/(?:http|graphql|answers|streams|server\.)/,
  'caller, limits': /src\/(?:access|server\/limits)\//,
  GraphQL: /node_modules\/(?:@graphql-tools|graphql|@pothos|@whatwg-node|@envelop)|(?:^|\.\.\/)schema\//,
  verb: /src\/(?:balances|catalog|customers|time)\//,
  'ledger, rules': /src\/ledger\/(?!tables\/)/,
  statement: /src\/(?:ledger\/tables|database)\/|node_modules\/(?:pg|pg-pool|pg-protocol|dataloader)\//,
  rival: /bench\/rivals\//,
} as const;

const COLLECTOR = 'garbage';
/** What no function of ours or of a library called: node:http, the event loop, sockets. */
const NODE = 'node:http, loop';

export const PARTS = [NODE, ...(Object.keys(SOURCES) as (keyof typeof SOURCES)[]), COLLECTOR] as const;
export type Part = (typeof PARTS)[number];

/** The share of each part in the time in which the process was busy; together 1. */
export function sharesOf({ nodes, samples, timeDeltas }: CpuProfile): Readonly<Record<Part, number>> {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const parents = new Map(nodes.flatMap(({ id, children = [] }) => children.map((child) => [child, id] as const)));
  const known = new Map<number, Part | 'idle'>();
  const partOf = (id: number): Part | 'idle' => {
    const found = known.get(id) ?? partOfFrame(byId.get(id)?.callFrame) ?? partOfCaller(parents.get(id));
    known.set(id, found);
    return found;
  };
  const partOfCaller = (id: number | undefined) => (id === undefined ? NODE : partOf(id));
  const times = Object.fromEntries(PARTS.map((part) => [part, 0])) as Record<Part, number>;
  samples.forEach((id, index) => {
    const part = partOf(id);
    if (part !== 'idle') times[part] += timeDeltas[index] ?? 0;
  });
  const busy = Object.values(times).reduce((sum, time) => sum + time, 0) || 1;
  for (const part of PARTS) times[part] /= busy;
  return times;
}

function partOfFrame(frame: CallFrame | undefined): Part | 'idle' | undefined {
  if (!frame) return undefined;
  if (frame.functionName === '(idle)') return 'idle';
  if (frame.functionName === '(garbage collector)') return COLLECTOR;
  const source = sourceOf(frame);
  return PARTS.find((part) => part in SOURCES && SOURCES[part as keyof typeof SOURCES].test(source));
}

const maps = new Map<string, SourceMap | undefined>();

/** The file that a function was written in. */
function sourceOf({ url, lineNumber, columnNumber }: CallFrame): string {
  if (!maps.has(url)) maps.set(url, readMap(url));
  const entry = maps.get(url)?.findEntry(lineNumber, columnNumber);
  return entry && 'originalSource' in entry ? entry.originalSource : url;
}

function readMap(url: string): SourceMap | undefined {
  if (!/\/(?:dist\/server|brim-bench)\//.test(url)) return undefined;
  const file = `${fileURLToPath(url)}.map`;
  return existsSync(file) ? new SourceMap(JSON.parse(readFileSync(file, 'utf8'))) : undefined;
}
