/**
 * Lets a balance subscription go on where it was when its connection broke. graphql-ws sends a subscription's payload again on each new
 * connection; here `after` in it moves with the changes that came, so that none is missed and none comes twice.
 */
import type { Client, SubscribePayload } from 'graphql-ws';

/** For documents that declare `$after` and select `cause` and `sequence`; any other subscribes anew, and begins with a snapshot. */
export function resuming(client: Client): Client {
  return {
    ...client,
    subscribe(payload, sink) {
      if (!/\$after\s*:/.test(payload.query)) return client.subscribe(payload, sink);
      const moving: { -readonly [Key in keyof SubscribePayload]: SubscribePayload[Key] } = { ...payload };
      return client.subscribe<never, never>(moving, {
        ...sink,
        next(result) {
          const after = cursorOf(result.data);
          if (after !== undefined) moving.variables = { ...moving.variables, after };
          sink.next(result);
        },
      });
    },
  };
}

/** What to pass as `after` once this has come: of a snapshot that was cut off, it gives the snapshot again. Undefined: what was passed before. */
function cursorOf(data: unknown): number | undefined {
  const [change]: unknown[] = Object.values(data ?? {});
  const isChange = typeof change === 'object' && change !== null && 'cause' in change && 'sequence' in change;
  return isChange && typeof change.sequence === 'number' ? change.sequence : undefined;
}
