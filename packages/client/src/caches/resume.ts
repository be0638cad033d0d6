/**
 * Resumes a balance subscription after its connection broke. graphql-ws sends the payload again on
 * each new connection; this moves its `after` along with the changes that arrived, so that none is
 * missed and none comes twice.
 */
import type { Client, SubscribePayload } from 'graphql-ws';

/**
 * Works for documents that declare `$after` and select `cause` and `sequence`. Others begin again
 * with a snapshot.
 */
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

/**
 * The `after` to pass once this message arrived; a snapshot that was cut off is sent again.
 * Undefined: the one passed before.
 */
function cursorOf(data: unknown): number | undefined {
  const [change]: unknown[] = Object.values(data ?? {});
  const isChange = typeof change === 'object' && change !== null && 'cause' in change && 'sequence' in change;
  return isChange && typeof change.sequence === 'number' ? change.sequence : undefined;
}
