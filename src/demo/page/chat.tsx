/** The chat: the messages so far, the offers if none is left, and the form for the next one. */
import { useCheck } from '@brim/client/react';
import type { ReactNode } from 'react';
import { AutoTopUp } from './auto-top-up.tsx';
import { MESSAGES } from './balance.tsx';
import { Composer } from './composer.tsx';
import { type Exchange, useExchanges } from './exchanges.ts';
import { Offers } from './offers.tsx';
import { isOnItsWay, PurchaseNotice, useLastPurchase } from './purchase-notice.tsx';

const SUGGESTIONS = ['Hello, Pebble', 'How do I get unstuck?', 'What is it like to be a stone?'];

export function Chat({ customerId }: { readonly customerId: string }): ReactNode {
  const { exchanges, send, sendAgain } = useExchanges(customerId);
  const { balance, allowed } = useCheck(MESSAGES);
  const isOut = balance !== undefined && !allowed;
  const { purchase, follow, dismiss } = useLastPurchase();
  const last = exchanges.at(-1);

  return (
    <main className="chat">
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: makes the list scroll with the keyboard. */}
      <section className="said" tabIndex={0} aria-label="Conversation">
        {exchanges.length === 0 ? (
          <Welcome onPick={send} />
        ) : (
          <ol className="exchanges">
            {exchanges.map((exchange) => (
              <ExchangeItem key={exchange.key} exchange={exchange} sendAgain={sendAgain} />
            ))}
          </ol>
        )}
      </section>
      {/* A screen reader gets the reply once it is whole, and not word by word. */}
      <p className="unseen" role="status" aria-label="Reply">
        {last?.state === 'done' ? last.reply : ''}
      </p>
      <div className="foot">
        <PurchaseNotice key={purchase?.id} purchase={purchase} onDismiss={dismiss} />
        {isOut && !isOnItsWay(purchase) && <Offers onAnswer={follow} />}
        <AutoTopUp />
        <Composer customerId={customerId} canSend={!isOut} onSend={send} />
      </div>
    </main>
  );
}

function Welcome({ onPick }: { readonly onPick: (text: string) => void }): ReactNode {
  return (
    <div className="welcome">
      <h2>Ask a pebble</h2>
      <p>It has time, and an opinion on most things. Your first 10 premium messages are free; each answer uses one.</p>
      <ul>
        {SUGGESTIONS.map((text) => (
          <li key={text}>
            <button type="button" className="button" onClick={() => onPick(text)}>
              {text}
            </button>
          </li>
        ))}
      </ul>
    </div>
  );
}

interface ExchangeItemProps {
  readonly exchange: Exchange;
  readonly sendAgain: (exchange: Exchange) => void;
}

function ExchangeItem({ exchange, sendAgain }: ExchangeItemProps): ReactNode {
  const { text, reply, state, problem } = exchange;
  return (
    <li>
      <p className="yours">
        <span className="unseen">You: </span>
        {text}
      </p>
      {state === 'sending' && <p className="theirs waiting">Thinking …</p>}
      {reply !== '' && (
        <p className="theirs">
          <span className="unseen">Pebble: </span>
          {reply}
        </p>
      )}
      {state === 'refused' && <p className="trouble">Not sent: no premium message was left. Nothing was used.</p>}
      {state === 'failed' && (
        <p className="trouble" role="alert">
          {problem} Sent again, it still counts once.{' '}
          <button type="button" className="link" onClick={() => sendAgain(exchange)}>
            Send again
          </button>
        </p>
      )}
    </li>
  );
}
