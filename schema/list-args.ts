/** Arguments that lists have in common. */

import { refuseInput } from '../src/values/errors.ts';
import { DEFAULT_PAGE, MAX_PAGE } from '../src/values/page.ts';
import { builder } from './builder.ts';

/**
 * How many items a page has, from which end of the list, and between which cursors.
 * @param items What the list has, in the plural.
 */
export const pageArgs = (items: string) =>
  builder.args((t) => ({
    first: t.int({
      description:
        `How many ${items} to return from the beginning: 1 to ${MAX_PAGE}. Left out or null, ` +
        `without \`last\`: ${DEFAULT_PAGE}.`,
    }),
    after: t.string({
      description: `Return only ${items} that follow this cursor, which an earlier page gave.`,
    }),
    last: t.int({
      description:
        `How many ${items} to return from the end, in the same order: 1 to ${MAX_PAGE}, and ` +
        'without `first`.',
    }),
    before: t.string({
      description: `Return only ${items} that precede this cursor, which another page gave.`,
    }),
  }));

/** A stretch of time. @param instant The field of an item that lies in it. */
export const rangeArgs = (items: string, instant: string) =>
  builder.args((t) => ({
    from: t.field({
      type: 'DateTime',
      description:
        `Return only ${items} whose ${instant} is this instant or later. Left out or null: from ` +
        'the oldest on.',
    }),
    to: t.field({
      type: 'DateTime',
      description:
        `Return only ${items} whose ${instant} is before this instant, which must be after ` +
        '`from`. Left out or null: up to the newest.',
    }),
  }));

/** The description of a list of kinds or statuses. */
export const onlyThese = (items: string, what: string) =>
  `Return only ${items} of these ${what}, in the order of the whole list. An empty list returns ` +
  `none. Left out or null: all ${what}.`;

/**
 * Reads a list of kinds or statuses, and the single one that it replaces. null: all of them.
 * @throws InvalidInputError where both are given.
 */
export function readChoices<Choice>(
  [name, list]: readonly [string, readonly Choice[] | null | undefined],
  [singleName, single]: readonly [string, Choice | null | undefined],
): readonly Choice[] | null {
  if (list == null) return single == null ? null : [single];
  if (single != null) refuseInput([name], `must be left out with ${singleName}`, 'NOT_ALLOWED');
  return [...new Set(list)];
}
