/** How much CPU a process has taken, as Linux counts it: in hundredths of a second. */
import { readdirSync, readFileSync } from 'node:fs';

const US_PER_TICK = 10_000;

/** User and system time in µs; 0 for a process that has ended. */
export function cpuUsOf(pid: number): number {
  const stat = statOf(pid);
  return stat ? (Number(stat[11]) + Number(stat[12])) * US_PER_TICK : 0;
}

/** The time of each process that a process has started and that still runs, by its id. */
export function cpuUsOfChildren(pid: number): ReadonlyMap<number, number> {
  const children = readdirSync('/proc').filter((name) => /^\d+$/.test(name) && statOf(Number(name))?.[1] === String(pid));
  return new Map(children.map((child) => [Number(child), cpuUsOf(Number(child))]));
}

/** The fields of /proc/…/stat behind the name: the state, the parent, … */
function statOf(pid: number): readonly string[] | undefined {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return text.slice(text.lastIndexOf(')') + 2).split(' ');
  } catch {
    return undefined;
  }
}
