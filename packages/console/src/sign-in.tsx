/** The form for the secret key. The key is tried before it is kept. */
import { type FormEvent, type ReactNode, useState } from 'react';
import { AskError, askWith } from './api/ask.ts';
import { WhoAsksText } from './documents/generated/texts.ts';
import { Mark } from './parts/mark.tsx';

export interface SignInProps {
  /** Why a key is asked for again. */
  readonly why: string | undefined;
  readonly onKey: (key: string) => void;
}

export function SignIn({ why, onKey }: SignInProps): ReactNode {
  const [key, setKey] = useState('');
  const [{ isAsking, problem }, setState] = useState<{ isAsking: boolean; problem?: string | undefined }>({ isAsking: false });

  async function tryKey(event: FormEvent): Promise<void> {
    event.preventDefault();
    const entered = key.trim();
    if (isAsking) return;
    if (entered === '') return setState({ isAsking: false, problem: 'Enter a secret key.' });
    setState({ isAsking: true });
    const found = await problemOf(entered);
    if (found === undefined) return onKey(entered);
    setState({ isAsking: false, problem: found });
  }

  return (
    <main className="beginning">
      <form className="sign-in" onSubmit={(event) => void tryKey(event)} aria-labelledby="sign-in-title">
        <h1 id="sign-in-title">
          <Mark /> Brim console
        </h1>
        {why && <p role="status">{why}</p>}
        <label htmlFor="key">Secret key</label>
        <input
          id="key"
          type="password"
          value={key}
          onChange={({ target }) => setKey(target.value)}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          placeholder="brim_sk_…"
          aria-describedby="key-problem key-about"
          aria-invalid={problem !== undefined}
        />
        <p id="key-problem" role="alert" className="trouble">
          {problem}
        </p>
        <button type="submit" className="button primary" aria-disabled={isAsking} aria-busy={isAsking}>
          Sign in
        </button>
        <p id="key-about" className="about">
          This tab keeps the key until it is closed, and sends it to this server only.
        </p>
      </form>
    </main>
  );
}

/** Why this key cannot be used here; undefined if it can. */
async function problemOf(key: string): Promise<string | undefined> {
  try {
    const { viewer } = await askWith(key)(WhoAsksText, {});
    return viewer ? 'This is the token of a customer. The console needs a secret key.' : undefined;
  } catch (error) {
    if (!(error instanceof AskError)) return 'A key has no such characters.';
    // A key that may do little is still a key: what it may not do is refused where it is asked.
    if (error.code === 'FORBIDDEN') return undefined;
    return error.code === 'UNAUTHENTICATED' ? 'This key is not accepted.' : error.message;
  }
}
