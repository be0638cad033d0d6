/**
 * The form of an action: filled in, then confirmed. It has one idempotency key from its opening to
 * its end, so whatever is clicked or sent twice is done once.
 */
import { type FormEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useConsole } from '../api/console.tsx';
import { newKey } from '../api/new-key.ts';
import type { Action, Values } from './action.ts';
import { ActionField } from './action-field.tsx';
import { type Refusal, refusalOf } from './refusal.ts';

export interface ActionDialogProps {
  readonly action: Action;
  /** @param done says what was done; undefined where nothing was. */
  readonly onClose: (done: string | undefined) => void;
}

export function ActionDialog({ action, onClose }: ActionDialogProps): ReactNode {
  const { ask } = useConsole();
  const dialog = useRef<HTMLDialogElement>(null);
  const [key] = useState(newKey);
  const [values, setValues] = useState<Values>(action.initial);
  const [step, setStep] = useState<'fill' | 'confirm'>(action.fields.length > 0 ? 'fill' : 'confirm');
  const [refusal, setRefusal] = useState<Refusal>();
  const [isSending, setIsSending] = useState(false);
  /** State comes too late for the second click of a double click. */
  const sending = useRef(false);
  const titleId = useId();

  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    // Where the reader goes on: at what is wrong, else at the beginning of the step.
    const places = ['[aria-invalid="true"]', step === 'confirm' ? '.primary' : 'input, select'];
    const place = places.flatMap((each) => dialog.current?.querySelector<HTMLElement>(each) ?? []);
    if (!isSending) place[0]?.focus();
  }, [step, isSending]);

  /** The dialog gives the focus back to the button that opened it. */
  function close(done?: string): void {
    dialog.current?.close();
    onClose(done);
  }

  function review(event: FormEvent): void {
    event.preventDefault();
    const missing = action.fields.filter(({ name, isRequired }) => isRequired && values[name]?.trim() === '');
    if (missing.length === 0) {
      setRefusal(undefined);
      setStep('confirm');
      return;
    }
    const issues = missing.map(({ name, label }) => ({ path: [name], message: `${label} is missing.` }));
    setRefusal({ message: '', issues });
    dialog.current?.querySelector<HTMLElement>(`[name="${missing[0]?.name}"]`)?.focus();
  }

  async function confirm(): Promise<void> {
    if (sending.current) return;
    sending.current = true;
    setIsSending(true);
    setRefusal(undefined);
    const refused = await action.send(ask, values, key).catch(refusalOf);
    sending.current = false;
    setIsSending(false);
    if (!refused) return close(action.done(values));
    setRefusal(refused);
    if (refused.issues.length > 0) setStep('fill');
  }

  const fieldAt = action.fieldAt ?? (([first]: readonly string[]) => first);
  const issuesAt = (name: string) => refusal?.issues.filter(({ path }) => fieldAt(path) === name).map(({ message }) => message);
  const elsewhere = refusal?.issues.filter(({ path }) => !action.fields.some(({ name }) => name === fieldAt(path))) ?? [];
  return (
    <dialog ref={dialog} className="action" aria-labelledby={titleId} onCancel={() => close()} onClose={() => onClose(undefined)}>
      <h2 id={titleId}>{action.title}</h2>
      <p className="trouble" role="alert">
        {[refusal?.message ?? '', ...elsewhere.map(({ message }) => message)].filter((text) => text !== '').join(' ')}
      </p>
      {step === 'fill' ? (
        <form onSubmit={review} noValidate>
          {action.fields.map((field) => (
            <ActionField
              key={field.name}
              field={field}
              value={values[field.name] ?? ''}
              issue={issuesAt(field.name)?.join(' ')}
              onChange={(value) => setValues((last) => ({ ...last, [field.name]: value }))}
            />
          ))}
          <p className="buttons">
            <button type="submit" className="button primary">
              Continue
            </button>
            <button type="button" className="button quiet" onClick={() => close()}>
              Close
            </button>
          </p>
        </form>
      ) : (
        <>
          <p className="summary">{action.summary(values)}</p>
          {values['reason'] && <p className="said">“{values['reason']}”</p>}
          <p className="buttons">
            <button
              type="button"
              className="button primary"
              aria-disabled={isSending}
              aria-busy={isSending}
              onClick={() => void confirm()}
            >
              {action.verb(values)}
            </button>
            {action.fields.length > 0 ? (
              <button type="button" className="button quiet" onClick={() => setStep('fill')}>
                Back
              </button>
            ) : (
              <button type="button" className="button quiet" onClick={() => close()}>
                Close
              </button>
            )}
          </p>
        </>
      )}
    </dialog>
  );
}
