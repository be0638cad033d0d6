/** Compares the answers with the tables, after the run, from the stories and the tables alone. */
import type { Outcome, Story } from './command.ts';
import type { Ledgers } from './ledgers.ts';
import type { Subscriber } from './pushes.ts';

/** Every falsehood, in words; none where all that was said is true. */
export function judge(stories: readonly Story[], ledgers: Ledgers): readonly string[] {
  return [...stories.flatMap((story) => judgeStory(story, ledgers)), ...judgePurchases(ledgers)];
}

function judgeStory({ command, attempts, answers }: Story, ledgers: Ledgers): readonly string[] {
  return command.marks.flatMap((mark, index) => {
    const said = attempts.map((outcomes) => outcomes[index] ?? 'silence');
    const times = mark(ledgers);
    const allowed = allowedAfter(said, command.goesOn ?? false);
    if (allowed.includes(times)) return [];
    const place = command.marks.length > 1 ? `, item ${index}` : '';
    const must = allowed.join(' or ');
    const told = answers.map((answer) => answer.slice(0, 600)).join('\n    ');
    return [
      `${command.name}${place}, over ${command.transport}: said ${said.join(', ')}; it stands ${times} times and not ${must}\n    ${told}`,
    ];
  });
}

/** How often a mark may stand after all that was said of it. */
function allowedAfter(said: readonly Outcome[], goesOn: boolean): readonly number[] {
  if (said.includes('done')) return [1];
  const isCertain = said.every((outcome) => outcome === 'nothing' || outcome === 'refused');
  return isCertain && !goesOn ? [0] : [0, 1];
}

/** A purchase became ACTIVE exactly when its grants were made, once. */
function judgePurchases({ purchases, entries }: Ledgers): readonly string[] {
  return purchases.flatMap(({ id, settled, status }) => {
    const grants = entries.filter((entry) => entry.kind === 'GRANT' && entry.purchase === id).length;
    return grants === (settled ? 1 : 0) ? [] : [`the purchase ${id} is ${status} and was granted ${grants} times`];
  });
}

/** A subscriber has got what the ledger says, each entry once and in its order. */
export function judgePushes({ customer, since, told }: Subscriber, { entries }: Ledgers): readonly string[] {
  const own = entries.filter((entry) => entry.customer === customer && entry.sequence > since);
  const is = told.map(({ sequence, feature, kind, after }) => `${sequence} ${kind} ${feature} ${Number(after)}`);
  const must = own.map(({ sequence, feature, kind, after }) => `${sequence} ${kind} ${feature} ${Number(after)}`);
  if (is.join('\n') === must.join('\n')) return [];
  const missing = must.filter((each) => !is.includes(each));
  const foreign = is.filter((each) => !must.includes(each));
  return [
    `${customer} was told ${is.length} of ${must.length} entries; missing: ${missing.slice(0, 5)}; foreign: ${foreign.slice(0, 5)}`,
  ];
}
