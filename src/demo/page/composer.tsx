import { type FormEvent, type ReactNode, useEffect, useState } from 'react';

export interface ComposerProps {
  readonly customerId: string;
  /** False where nothing is left to send with: what is written stays. */
  readonly mayEmpty: boolean;
  readonly onSend: (text: string) => void;
}

/** Where to write. The draft is kept for as long as the tab, so that it is there again after the payment page. */
export function Composer({ customerId, mayEmpty, onSend }: ComposerProps): ReactNode {
  const place = `draft of ${customerId}`;
  const [text, setText] = useState(() => sessionStorage.getItem(place) ?? '');
  useEffect(() => sessionStorage.setItem(place, text), [place, text]);

  function send(event: FormEvent): void {
    event.preventDefault();
    if (!mayEmpty || text.trim() === '') return;
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
        placeholder={mayEmpty ? 'Say something to Pebble' : 'Your message stays here'}
        aria-describedby="cost"
      />
      {/* Not `disabled`: that would take the focus from whoever pressed it. */}
      <button type="submit" className="button primary" aria-disabled={!mayEmpty}>
        Send
      </button>
      <p id="cost" className="cost">
        {mayEmpty ? 'Uses 1 premium message' : 'No premium messages left to send with'}
      </p>
    </form>
  );
}
