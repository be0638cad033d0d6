/** A fetch whose answers can be kept back on their way, as a slow network does. */
export interface Gate {
  readonly fetch: typeof fetch;
  /** Keeps the next answer back. */
  hold(): HeldAnswer;
}

export interface HeldAnswer {
  /** Resolves when the server has answered; the client has not heard it. */
  readonly answered: Promise<void>;
  release(): void;
}

export function openGate(): Gate {
  let next: { answered(): void; released: Promise<void> } | undefined;
  return {
    async fetch(input, init) {
      const held = next;
      next = undefined;
      const response = await fetch(input, init);
      if (!held) return response;
      const body = await response.text();
      held.answered();
      await held.released;
      return new Response(body, { status: response.status, headers: response.headers });
    },
    hold() {
      let release = () => {};
      const released = new Promise<void>((resolve) => {
        release = resolve;
      });
      const answered = new Promise<void>((resolve) => {
        next = { answered: resolve, released };
      });
      return { answered, release };
    },
  };
}
