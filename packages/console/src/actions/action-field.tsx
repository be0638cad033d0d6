import { type ReactNode, useId } from 'react';
import type { FieldSpec } from './action.ts';

export interface ActionFieldProps {
  readonly field: FieldSpec;
  readonly value: string;
  /** What is wrong with it; undefined or empty: nothing. */
  readonly issue: string | undefined;
  readonly onChange: (value: string) => void;
}

/** A field with its label, its hint, and what is wrong with it. */
export function ActionField({ field, value, issue, onChange }: ActionFieldProps): ReactNode {
  const { name, label, kind, hint, isRequired, choices } = field;
  const id = useId();
  const shared = {
    ...{ id, name, value, className: 'field', 'aria-required': isRequired ?? false },
    ...{ 'aria-invalid': Boolean(issue), 'aria-describedby': `${id}-hint ${id}-issue` },
    onChange: ({ target }: { readonly target: { readonly value: string } }) => onChange(target.value),
  };
  return (
    <div className="action-field">
      <label htmlFor={id}>{label}</label>
      {kind === 'choice' ? (
        <select {...shared}>
          {choices?.map((choice) => (
            <option key={choice.value} value={choice.value}>
              {choice.label}
            </option>
          ))}
        </select>
      ) : (
        <input
          {...shared}
          type={kind === 'time' ? 'datetime-local' : 'text'}
          inputMode={kind === 'decimal' ? 'decimal' : undefined}
          autoComplete="off"
        />
      )}
      <span id={`${id}-hint`} className="soft">
        {hint}
      </span>
      <span id={`${id}-issue`} className="trouble">
        {issue}
      </span>
    </div>
  );
}
