/** What an account begins with, as the model has it. */
import { depositsOf, enter, give, part, pick } from './deposits.ts';
import type { Account, AskOf } from './model.ts';
import { owedOf } from './uses.ts';

/** Above zero a deposit; else it comes off the finite ones, and the rest of it is owed. */
export function begin(account: Account, { amount, ...ask }: AskOf<'opening'>, at: number): void {
  const terms = { unlimited: false, purchase: null, reset: null, carry: null };
  if (amount > 0n) {
    give(account, { ...ask, ...terms, verb: 'grant', origin: 'MANUAL', amount }, at);
    return;
  }
  const own = depositsOf(account, ask.feature);
  const finite = own.filter(({ unlimited }) => !unlimited);
  const { portions, missing } = pick(finite, -amount);
  for (const { from, amount: off } of portions) for (const each of own) if (each.id === from && each.reset) each.lowered += off;
  const lowered = portions.map(({ from, amount: off }) => part(from, { amount: -off, granted: -off }));
  const owed = missing > 0n ? [part(owedOf(account, ask.feature, at), { amount: -missing })] : [];
  enter(account, 'ADJUSTMENT', ask.feature, [...lowered, ...owed], { at });
}
