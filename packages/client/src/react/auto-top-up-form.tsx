/**
 * A form with which customers set their auto top-up, and see what it does. It has no style of its
 * own.
 */
import { type FormEvent, type FormHTMLAttributes, type ReactNode, useId, useState } from 'react';
import type { LiveAutoTopUp, Money, SetAutoTopUpAnswer } from '../live/index.ts';
import { useAutoTopUp } from './auto-top-up.ts';

export interface AutoTopUpFormProps extends Omit<FormHTMLAttributes<HTMLFormElement>, 'onSubmit' | 'children'> {
  readonly featureId: string;
  readonly planId: string;
  /** What the fields say where nothing is set yet. */
  readonly threshold: number | string;
  readonly quantity: number | string;
  readonly maxPerMonth: { readonly amount: number | string; readonly currency: string };
  /** Left out: English. */
  readonly words?: Partial<AutoTopUpWords>;
  /** Called with every answer, a refusal included. */
  readonly onAnswer?: (answer: SetAutoTopUpAnswer) => void;
}

export interface AutoTopUpWords {
  readonly enabled: string;
  readonly threshold: string;
  readonly quantity: string;
  readonly maxPerMonth: string;
  readonly save: string;
  readonly pay: string;
  /** What a screen reader is told whenever it changes. null: nothing is set. */
  status(autoTopUp: LiveAutoTopUp | null): string;
}

type Field = 'threshold' | 'quantity' | 'maxPerMonth';
type Values = Readonly<Record<Field, string>> & { readonly enabled: boolean };

const ENGLISH: AutoTopUpWords = {
  enabled: 'Top up automatically',
  threshold: 'When so many are left',
  quantity: 'Buy',
  maxPerMonth: 'At most a month',
  save: 'Save',
  pay: 'Finish the payment',
  status(autoTopUp) {
    if (!autoTopUp || autoTopUp.status === 'DISABLED') return 'Off. Nothing is charged automatically.';
    const { status, spentThisMonth, maxPerMonth, nextAttemptAt, failureReason } = autoTopUp;
    const spent = `${moneyWords(spentThisMonth)}${maxPerMonth ? ` of ${moneyWords(maxPerMonth)}` : ''} spent this month.`;
    if (status === 'CHARGING') return `Charging your card. ${spent}`;
    if (status === 'SUSPENDED') return `Stopped. ${failureReason ?? ''}`;
    if (status === 'BACKING_OFF' && nextAttemptAt)
      return `Waiting until ${new Date(nextAttemptAt).toLocaleString()}. ${failureReason ?? ''}`;
    return `On. ${spent}`;
  },
};

export function AutoTopUpForm(props: AutoTopUpFormProps): ReactNode {
  const { featureId, planId, threshold, quantity, maxPerMonth, words, onAnswer, ...rest } = props;
  const { autoTopUp, set, isSetting, answer, setError, error } = useAutoTopUp(featureId);
  const id = useId();
  const say = { ...ENGLISH, ...words };
  const { currency } = autoTopUp?.maxPerMonth ?? maxPerMonth;
  /** What was changed and is not saved; the rest follows what is set, here or on another page. */
  const [draft, setDraft] = useState<Partial<Values>>({});
  const values: Values = {
    enabled: autoTopUp != null && autoTopUp.status !== 'DISABLED',
    threshold: String(autoTopUp?.threshold ?? threshold),
    quantity: String(autoTopUp?.quantity ?? quantity),
    maxPerMonth: String(autoTopUp?.maxPerMonth?.amount ?? maxPerMonth.amount),
    ...draft,
  };
  const issues = answer?.__typename === 'InvalidInputError' ? answer.issues : [];
  const problemWith = (field: Field) => issues.find(({ path }) => path[0] === field)?.message;
  const isField = ({ path }: { readonly path: readonly string[] }) => path[0] !== undefined && path[0] in values;
  const other = answer && 'message' in answer && !issues.some(isField) ? answer.message : (setError ?? error)?.message;
  const payUrl = autoTopUp?.status === 'SUSPENDED' ? autoTopUp.purchase?.checkoutUrl : null;

  function save(event: FormEvent<HTMLFormElement>): void {
    event.preventDefault();
    if (isSetting) return;
    const { enabled, ...texts } = values;
    const bound = { amount: texts.maxPerMonth.trim(), currency };
    const wanted = { planId, threshold: texts.threshold.trim(), quantity: texts.quantity.trim(), maxPerMonth: bound };
    set({ ...wanted, enabled }).then(
      (answered) => {
        if (answered.__typename === 'SetAutoTopUpSuccess') setDraft({});
        onAnswer?.(answered);
      },
      () => undefined,
    );
  }

  return (
    <form {...rest} aria-busy={isSetting} onSubmit={save}>
      <label>
        <input
          type="checkbox"
          checked={values.enabled}
          onChange={({ target }) => setDraft({ ...draft, enabled: target.checked })}
        />{' '}
        {say.enabled}
      </label>
      {(['threshold', 'quantity', 'maxPerMonth'] as const).map((field) => {
        const problem = problemWith(field);
        return (
          <div key={field}>
            <label htmlFor={`${id}${field}`}>
              {say[field]}
              {field === 'maxPerMonth' && ` (${currency.toUpperCase()})`}
            </label>
            <input
              id={`${id}${field}`}
              inputMode="decimal"
              autoComplete="off"
              required
              value={values[field]}
              onChange={({ target }) => setDraft({ ...draft, [field]: target.value })}
              aria-invalid={problem !== undefined}
              aria-describedby={problem === undefined ? undefined : `${id}${field}-problem`}
            />
            {problem !== undefined && (
              <span id={`${id}${field}-problem`} role="alert">
                {problem}
              </span>
            )}
          </div>
        );
      })}
      {/* Not `disabled`, which would take the focus away from the person who pressed it. */}
      <button type="submit" aria-disabled={isSetting}>
        {say.save}
      </button>
      <p role="status">{autoTopUp === undefined ? '' : say.status(autoTopUp)}</p>
      {payUrl != null && <a href={payUrl}>{say.pay}</a>}
      <span role="alert">{other}</span>
    </form>
  );
}

function moneyWords({ amount, currency }: Money): string {
  return new Intl.NumberFormat(undefined, { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' }).format(
    Number(amount),
  );
}
