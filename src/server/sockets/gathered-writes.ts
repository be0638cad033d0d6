/** Gathers what is written to connections within one turn of the event loop. */
import type { Duplex } from 'node:stream';

/** One flush serves all connections: an immediate for each would cost as much as the writing. */
let gathered = new Set<Duplex>();

/** What is written from now on leaves at the end of this turn, in one call of the system. */
export function gatherWrites(connection: Duplex): void {
  if (gathered.has(connection)) return;
  if (gathered.size === 0) setImmediate(flush);
  gathered.add(connection);
  connection.cork();
}

function flush(): void {
  const connections = gathered;
  gathered = new Set();
  for (const connection of connections) connection.uncork();
}
