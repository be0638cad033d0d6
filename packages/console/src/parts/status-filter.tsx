import { type ReactNode, useId } from 'react';

interface StatusFilterProps<Name extends string> {
  readonly label: string;
  /** What is shown of the choice of all. */
  readonly every: string;
  readonly statuses: readonly Name[];
  /** null: all of them. */
  readonly chosen: Name | null;
  readonly onChoose: (status: Name | null) => void;
}

/** Chooses one status of a list, or all. */
export function StatusFilter<Name extends string>({
  label,
  every,
  statuses,
  chosen,
  onChoose,
}: StatusFilterProps<Name>): ReactNode {
  const fieldId = useId();
  return (
    <>
      <label htmlFor={fieldId} className="unseen">
        {label}
      </label>
      <select
        id={fieldId}
        className="field"
        value={chosen ?? ''}
        onChange={({ target }) => onChoose(statuses.find((each) => each === target.value) ?? null)}
      >
        <option value="">{every}</option>
        {statuses.map((each) => (
          <option key={each} value={each}>
            {each.charAt(0)}
            {each.slice(1).toLowerCase()}
          </option>
        ))}
      </select>
    </>
  );
}
