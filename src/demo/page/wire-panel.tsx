/** Shows the GraphQL that went over the wire, the newest message first. */
import { type ReactNode, useSyncExternalStore } from 'react';
import { type WireMessage, wire } from './wire.ts';

const ARROWS = { asked: '→', answered: '←', pushed: '⇐' } as const;

export function WirePanel(): ReactNode {
  const messages = useSyncExternalStore(wire.subscribe, wire.get);
  return (
    <section className="panel" aria-labelledby="wire-title">
      <h2 id="wire-title">GraphQL on the wire</h2>
      {messages.length === 0 && <p className="empty">Nothing was sent yet.</p>}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: makes the list scroll with the keyboard. */}
      <section className="scroll" tabIndex={0} aria-label="Operations">
        <ol>
          {messages.map((entry) => (
            <li key={entry.id}>
              <Entry entry={entry} />
            </li>
          ))}
        </ol>
      </section>
    </section>
  );
}

function Entry({ entry: { way, title, document, content } }: { readonly entry: WireMessage }): ReactNode {
  return (
    <details data-way={way}>
      <summary>
        <span className="arrow" aria-hidden="true">
          {ARROWS[way]}
        </span>
        <span className="unseen">{way}</span> <span className="title">{title}</span>
        {gistOf(content) && <span className="gist">{gistOf(content)}</span>}
      </summary>
      {document && <pre>{document}</pre>}
      {content != null && <pre>{JSON.stringify(content, null, 2)}</pre>}
    </details>
  );
}

/** The remaining amount in a push of a balance; undefined for other messages. */
function gistOf(content: unknown): string | undefined {
  const remaining = /"cause":.*"remaining":"(-?[\d.]+)"/.exec(JSON.stringify(content ?? null))?.[1];
  return remaining === undefined ? undefined : `${remaining} left`;
}
