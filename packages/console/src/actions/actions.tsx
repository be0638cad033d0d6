/** Lets any part of a page open the form of an action, one at a time, and says what was done. */
import { createContext, type ReactNode, use, useCallback, useState } from 'react';
import type { Action } from './action.ts';
import { ActionDialog } from './action-dialog.tsx';

const Context = createContext<(action: Action) => void>(() => undefined);

export interface ActionsProps {
  /** Called after something was done. It need not be in the ledger. */
  readonly onDone: () => void;
  readonly children: ReactNode;
}

export function Actions({ onDone, children }: ActionsProps): ReactNode {
  const [{ action, done }, setState] = useState<{ action?: Action; done?: string }>({});
  const open = useCallback((next: Action) => setState({ action: next }), []);
  const close = useCallback(
    (said: string | undefined) => {
      // A dialog that was closed also says so by itself, and then nothing changes.
      setState((last) => (said !== undefined ? { done: said } : last.action ? {} : last));
      if (said !== undefined) onDone();
    },
    [onDone],
  );
  return (
    <Context value={open}>
      {children}
      <p className="done" role="status" aria-label="Done">
        {done}
      </p>
      {action && <ActionDialog action={action} onClose={close} />}
    </Context>
  );
}

export interface ActionButtonProps {
  /** Made when the button is pressed. */
  readonly action: () => Action;
  /** What a screen reader says where the word alone is not enough. */
  readonly label?: string;
  readonly children: ReactNode;
}

export function ActionButton({ action, label, children }: ActionButtonProps): ReactNode {
  const open = use(Context);
  return (
    <button type="button" className="button small" aria-label={label} onClick={() => open(action())}>
      {children}
    </button>
  );
}
