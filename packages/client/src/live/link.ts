/**
 * One connection for everything that a page watches, while it watches something.
 *
 * It tries a WebSocket, then SSE, then polling. If none works, the page is offline, and the
 * connection starts again after a back-off. It replaces a token before the token ends, and opens a
 * new connection with it, which resumes where the old one was. A refused token that nothing
 * replaces ends it.
 */
import { openBackOff } from './back-off.ts';
import { openEventStreamSession } from './event-stream.ts';
import { asLiveError, LiveError } from './live-error.ts';
import { openPollingSession } from './polling.ts';
import type { OpenSession, Session, SessionOptions, Watch } from './session.ts';
import { openSocketSession } from './socket.ts';
import { openStore, type Store } from './store.ts';
import { renewAfterMs } from './tokens.ts';

/** connecting: not live yet. offline: no longer live, or it failed; it is tried again. */
export type Connection = 'connecting' | 'live' | 'offline';

export type Transport = 'websocket' | 'sse' | 'polling';

const OPEN: Readonly<Record<Transport, OpenSession>> = {
  websocket: openSocketSession,
  sse: openEventStreamSession,
  polling: openPollingSession,
};
export interface LinkOptions extends Pick<SessionOptions, 'url' | 'tokens' | 'pollIntervalMs'> {
  /** The transports, in the order in which they are tried. */
  readonly transports: readonly Transport[];
}

export interface Link {
  readonly connection: Store<Connection>;
  /** @returns a function that removes the watch. */
  add<Message extends Record<string, unknown>, Answer>(watch: Watch<Message, Answer>): () => void;
}

/** A watch, and the function that removes it from its session. */
interface Member {
  readonly join: (session: Session) => () => void;
  readonly fail: (error: LiveError) => void;
  leave?: () => void;
}

export function openLink({ transports, ...place }: LinkOptions): Link {
  const { tokens } = place;
  const connection = openStore<Connection>('connecting');
  const members = new Set<Member>();
  let session: Session | undefined;
  let attempt = 0;
  let chosen = 0;
  const backOff = openBackOff();
  /** The old token remains valid for a while if the next one cannot be fetched at once. */
  const renewalBackOff = openBackOff();
  /** The reason why the link has given up. */
  let refusal: LiveError | undefined;
  /** The reason why there is no token now. */
  let tokenError: LiveError | undefined;
  let retry: ReturnType<typeof setTimeout> | undefined;
  let renewal: ReturnType<typeof setTimeout> | undefined;
  let timedToken: string | undefined;

  async function open(): Promise<void> {
    if (refusal) return;
    stopSession();
    attempt += 1;
    const own = attempt;
    const isOwn = () => own === attempt;
    // A missing token is no fault of the transport.
    let keepWay = true;
    try {
      const token = await tokens.current();
      const transport = transports[chosen];
      if (!isOwn() || !transport) return;
      timeRenewal(token);
      tokenError = undefined;
      keepWay = false;
      session = OPEN[transport]({
        ...place,
        token,
        onLive() {
          if (!isOwn()) return;
          keepWay = true;
          connection.set('live');
        },
        onHeard: () => isOwn() && backOff.reset(),
        onEnd(error) {
          if (!isOwn()) return;
          if (error.code === 'UNAUTHENTICATED') tokens.discard(token);
          lose(error, keepWay);
        },
      });
      for (const member of members) member.leave = member.join(session);
    } catch (error) {
      if (isOwn()) lose(asLiveError(error), keepWay);
    }
  }

  /**
   * A session that never came alive is followed by the next transport at once; one that was alive,
   * or the last transport, by a back-off.
   */
  function lose(error: LiveError, keepWay: boolean): void {
    const { code, retryable, retryAfterMs } = error;
    if (!retryable || (code === 'UNAUTHENTICATED' && !tokens.renewable)) {
      giveUp(error);
      return;
    }
    if (code === 'TOKEN') {
      tokenError = error;
      for (const member of members) member.fail(error);
    }
    const next = chosen + 1;
    if (!keepWay && code !== 'UNAUTHENTICATED' && retryAfterMs === 0 && next < transports.length) {
      chosen = next;
      return void open();
    }
    if (!keepWay) chosen = 0;
    attempt += 1;
    stopSession();
    connection.set('offline');
    retry = setTimeout(open, Math.max(retryAfterMs, backOff.next(code === 'GOING_AWAY')));
  }

  function giveUp({ message, code }: LiveError): void {
    refusal = new LiveError(message, code, false);
    attempt += 1;
    stopSession();
    connection.set('offline');
    for (const member of members) member.fail(refusal);
  }

  /** The browser knows at once that it is offline; a socket notices with its next ping. */
  function goOffline(): void {
    if (!refusal) lose(asLiveError(), true);
  }

  function stopSession(): void {
    clearTimeout(retry);
    session?.close();
    session = undefined;
    for (const member of members) delete member.leave;
  }

  function timeRenewal(token: string): void {
    if (token === timedToken || !tokens.renewable) return;
    timedToken = token;
    clearTimeout(renewal);
    renewal = setTimeout(renew, renewAfterMs(token));
  }

  /** A new connection starts with the first transport again. */
  function renew(): void {
    const own = timedToken;
    tokens.renew().then(
      () => {
        if (own !== timedToken) return;
        chosen = 0;
        renewalBackOff.reset();
        void open();
      },
      () => {
        if (own === timedToken) renewal = setTimeout(renew, renewalBackOff.next());
      },
    );
  }

  function stop(): void {
    attempt += 1;
    stopSession();
    clearTimeout(renewal);
    timedToken = undefined;
    tokenError = undefined;
    globalThis.removeEventListener?.('online', open);
    globalThis.removeEventListener?.('offline', goOffline);
    connection.set('connecting');
  }

  return {
    connection,
    add(watch) {
      const member: Member = { join: (joined) => joined.add(watch), fail: watch.fail };
      members.add(member);
      if (tokenError) watch.fail(tokenError);
      if (refusal) {
        connection.set('offline');
        watch.fail(refusal);
      } else if (session) member.leave = member.join(session);
      else if (members.size === 1) {
        globalThis.addEventListener?.('online', open);
        globalThis.addEventListener?.('offline', goOffline);
        void open();
      }
      return () => {
        members.delete(member);
        if (members.size === 0) stop();
        else member.leave?.();
      };
    },
  };
}
