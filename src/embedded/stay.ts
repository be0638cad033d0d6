/**
 * Stays one of the server's users until it leaves: joins again after its connection broke, so that another Brim's close
 * does not stop a server that is in use.
 */
import { setTimeout as wait } from 'node:timers/promises';
import type { Cluster } from './cluster.ts';
import { joinServer, type Membership } from './membership.ts';
import { findServer } from './server.ts';

const REJOIN_MS = 1_000;

export interface Stay {
  /** True where nobody else is left, so that the caller stops the server. */
  leave(): Promise<boolean>;
}

export function stayJoined(deps: { cluster: Cluster; membership: Membership; log: (message: string) => void }): Stay {
  const { cluster, log } = deps;
  const leaving = new AbortController();
  let current: Promise<Membership | undefined> = Promise.resolve(deps.membership);
  watch(deps.membership);

  function watch(membership: Membership): void {
    void membership.gone.then(() => {
      if (leaving.signal.aborted) return;
      log(`The connection to the embedded PostgreSQL in ${cluster.dir} broke.`);
      current = rejoin();
    });
  }

  async function rejoin(): Promise<Membership | undefined> {
    while (!leaving.signal.aborted) {
      const membership = await join();
      if (membership) {
        watch(membership);
        return membership;
      }
      await wait(REJOIN_MS, undefined, { signal: leaving.signal, ref: false }).catch(() => undefined);
    }
    return undefined;
  }

  async function join(): Promise<Membership | undefined> {
    const server = await findServer(cluster);
    return server && joinServer(cluster, server).catch(() => undefined);
  }

  return {
    async leave() {
      leaving.abort();
      const membership = (await current) ?? (await join());
      const last = (await membership?.leave().catch(() => false)) ?? false;
      if (!last) await membership?.close();
      return last;
    },
  };
}
