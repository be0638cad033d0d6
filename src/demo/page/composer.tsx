import { type FormEvent, type ReactNode, useEffect, useState } from 'react';

export interface ComposerProps {
  readonly customerId: string;
  /** False if no message is left: then the form keeps its text and sends nothing. */
  readonly canSend: boolean;
  readonly onSend: (text: string) => void;
}

/**
 * The form for a message. The tab keeps the draft, so that it is there again after the payment
 * page.
 */
export function Composer({ customerId, canSend, onSend }: ComposerProps): ReactNode {
  const storageKey = `draft of ${customerId}`;
  const [text, setText] = useState(() => sessionStorage.getItem(storageKey) ?? '');
  useEffect(() => sessionStorage.setItem(storageKey, text), [storageKey, text]);

  function send(event: FormEvent): void {
    event.preventDefault();
    if (!canSend || text.trim() === '') return;
    onSend(text.trim());
    setText('');
  }

  return (
    <form className="composer" onSubmit={send}>
      <label htmlFor="message" className="unseen">
        Message
      </label>
      <input
        id="message"
        value={text}
        onChange={({ target }) => setText(target.value)}
        maxLength={500}
        autoComplete="off"
        enterKeyHint="send"
        placeholder={canSend ? 'Say something to Pebble' : 'Your message stays here'}
        aria-describedby="cost"
      />
      {/* Not `disabled`: that would take the focus off the button. */}
      <button type="submit" className="button primary" aria-disabled={!canSend}>
        Send
      </button>
      <p id="cost" className="cost">
        {canSend ? 'Uses 1 premium message' : 'No premium messages left to send with'}
      </p>
    </form>
  );
}
