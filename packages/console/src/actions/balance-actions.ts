/** Giving, correcting and ending what a customer has. */
import { ConsoleAdjustText, ConsoleGrantText, ConsoleVoidText } from '../documents/generated/texts.ts';
import { type Action, type FieldSpec, orNull } from './action.ts';
import { refusalIn } from './refusal.ts';

interface Named {
  readonly id: string;
  readonly name: string;
}

const REASON: FieldSpec = {
  name: 'reason',
  label: 'Reason',
  kind: 'text',
  isRequired: true,
  hint: 'Kept in the ledger, with the key that asked for it.',
};

export function grantAction(customerId: string, features: readonly Named[]): Action {
  const nameOf = (id: string | undefined) => features.find((feature) => feature.id === id)?.name ?? '';
  return {
    title: `Grant to ${customerId}`,
    fields: [
      {
        name: 'featureId',
        label: 'Feature',
        kind: 'choice',
        choices: features.map(({ id, name }) => ({ value: id, label: name })),
      },
      { name: 'amount', label: 'Amount', kind: 'decimal', isRequired: true },
      { name: 'expiresAt', label: 'Expires', kind: 'time', hint: 'Left empty: never.' },
      REASON,
    ],
    initial: { featureId: features[0]?.id ?? '', amount: '', expiresAt: '', reason: '' },
    verb: ({ amount }) => `Grant ${amount}`,
    summary: ({ amount, featureId, expiresAt }) =>
      `${customerId} gets ${amount} ${nameOf(featureId)}${expiresAt ? `, until ${expiresAt.replace('T', ' ')}` : ', which never expire'}.`,
    done: ({ amount, featureId }) => `${amount} ${nameOf(featureId)} granted.`,
    async send(ask, { featureId = '', amount = '', expiresAt, reason }, idempotencyKey) {
      const until = orNull(expiresAt);
      const input = {
        ...{ customerId, featureId, amount: amount.trim(), idempotencyKey, reason: orNull(reason) },
        expiresAt: until === null ? null : new Date(until).toISOString(),
      };
      return refusalIn((await ask(ConsoleGrantText, { input })).grantBalance);
    },
  };
}

export function adjustAction(customerId: string, feature: Named): Action {
  return {
    title: `Adjust ${feature.name}`,
    fields: [
      {
        ...{ name: 'how', label: 'What to do', kind: 'choice' },
        choices: [
          { value: 'by', label: 'Add or take away' },
          { value: 'remaining', label: 'Set what remains' },
        ],
      },
      { name: 'amount', label: 'Amount', kind: 'decimal', isRequired: true, hint: 'To take away, begin with a minus.' },
      REASON,
    ],
    initial: { how: 'by', amount: '', reason: '' },
    verb: () => 'Adjust',
    summary: ({ how, amount = '' }) => `${feature.name} of ${customerId}: ${change(how, amount.trim())}.`,
    done: () => `${feature.name} adjusted.`,
    async send(ask, { how, amount = '', reason }, idempotencyKey) {
      const by = how === 'by' ? { by: amount.trim() } : { remaining: amount.trim() };
      const input = { customerId, featureId: feature.id, idempotencyKey, reason: orNull(reason), ...by };
      return refusalIn((await ask(ConsoleAdjustText, { input })).adjustBalance);
    },
    fieldAt: ([first]) => (first === 'by' || first === 'remaining' ? 'amount' : first),
  };
}

function change(how: string | undefined, amount: string): string {
  if (how === 'remaining') return `${amount} remain afterwards`;
  return amount.startsWith('-') ? `${amount.slice(1)} are taken away` : `${amount} are added`;
}

/** Ending a grant twice ends it once, so it needs no key. */
export function voidAction(grant: { readonly id: string; readonly says: string }): Action {
  return {
    title: 'Void a grant',
    fields: [REASON],
    initial: { reason: '' },
    verb: () => 'Void the grant',
    summary: () => `What is left of ${grant.says} is gone for good. What open holds reserve stays until they end.`,
    done: () => 'The grant is void.',
    async send(ask, { reason }) {
      return refusalIn((await ask(ConsoleVoidText, { input: { grantId: grant.id, reason: orNull(reason) } })).voidGrant);
    },
  };
}
