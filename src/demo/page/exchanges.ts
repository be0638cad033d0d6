/**
 * The messages and their replies. The tab keeps them, so that they are there again after the
 * payment page.
 */
import { useCallback, useEffect, useState } from 'react';
import { newKey } from './new-key.ts';
import { ask, SessionError } from './session.ts';

export interface Exchange {
  /**
   * Sent with the message each time, so that the server counts a message that is sent again once.
   */
  readonly key: string;
  readonly text: string;
  readonly reply: string;
  readonly state: 'sending' | 'streaming' | 'done' | 'refused' | 'failed';
  readonly problem?: string;
}

export interface Exchanges {
  readonly exchanges: readonly Exchange[];
  send(text: string): void;
  sendAgain(exchange: Exchange): void;
}

export function useExchanges(customerId: string): Exchanges {
  const storageKey = `exchanges of ${customerId}`;
  const [exchanges, setExchanges] = useState(() => recall(storageKey));
  useEffect(() => sessionStorage.setItem(storageKey, JSON.stringify(exchanges)), [storageKey, exchanges]);

  const deliver = useCallback(async ({ key, text }: Pick<Exchange, 'key' | 'text'>) => {
    const change = (changes: Partial<Exchange>) =>
      setExchanges((all) => all.map((each) => (each.key === key ? { ...each, ...changes } : each)));
    change({ state: 'sending', reply: '', problem: '' });
    try {
      const response = await ask('/demo/messages', { key, text });
      if (response.status === 402) return change({ state: 'refused' });
      let reply = '';
      for await (const words of readText(response)) {
        reply += words;
        change({ state: 'streaming', reply });
      }
      change({ state: 'done' });
    } catch (error) {
      change({ state: 'failed', problem: error instanceof SessionError ? error.message : 'The answer broke off.' });
    }
  }, []);

  const send = useCallback(
    (text: string) => {
      const exchange = { key: newKey(), text, reply: '', state: 'sending' } as const;
      setExchanges((all) => [...all, exchange]);
      void deliver(exchange);
    },
    [deliver],
  );
  return { exchanges, send, sendAgain: deliver };
}

/**
 * Reads what the tab kept. A message without a whole reply is marked as failed: it can be sent
 * again, and is counted once.
 */
function recall(storageKey: string): readonly Exchange[] {
  const kept: readonly Exchange[] = JSON.parse(sessionStorage.getItem(storageKey) ?? '[]');
  return kept.map((each) =>
    each.state === 'sending' || each.state === 'streaming'
      ? { ...each, state: 'failed', problem: 'You left before the answer.' }
      : each,
  );
}

async function* readText({ body }: Response): AsyncGenerator<string> {
  const reader = body?.pipeThrough(new TextDecoderStream()).getReader();
  for (let chunk = await reader?.read(); chunk && !chunk.done; chunk = await reader?.read()) yield chunk.value;
}
