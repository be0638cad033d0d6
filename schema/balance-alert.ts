import { type BalanceAlert, isBelow } from '../src/alerts/model/alert.ts';
import { BalanceAlertNotFoundError } from '../src/alerts/model/errors.ts';
import { declareCost } from '../src/values/field-cost.ts';
import { appOnly } from './access.ts';
import { builder } from './builder.ts';
import { CustomerRef } from './customer-ref.ts';
import { ErrorInterface } from './error.ts';
import { FeatureObject, namedFeature } from './feature.ts';

/** How many alerts for all there usually are. There may be 50. */
const USUAL_ALERTS = 5;

/** An alert, as it is shown. */
interface ShownAlert extends BalanceAlert {
  /** The customer whose balance `triggered` speaks of; null: of none. */
  readonly about: string | null;
  /** It was just triggered. */
  readonly isTriggered?: true;
}

export const toTriggered = (alert: BalanceAlert): ShownAlert => ({
  ...alert,
  about: null,
  isTriggered: true,
});

export const BalanceAlertObject = builder.objectRef<ShownAlert>('BalanceAlert').implement({
  description:
    'Tells when a balance falls below an amount, or below a percentage of what was granted. ' +
    'One of `below` and `belowPercentage` is set.',
  fields: (t) => ({
    id: t.exposeID('id', { description: 'Made by Brim; it never changes afterwards.' }),
    customer: t.field({
      type: CustomerRef,
      nullable: true,
      description: 'The customer for whom it was set; null if it is for every customer.',
      resolve: ({ customerId }) => (customerId === null ? null : { id: customerId }),
    }),
    feature: t.field({
      type: FeatureObject,
      description: 'The feature whose balances it looks at.',
      resolve: ({ featureId }, _, context) => namedFeature(context, featureId),
    }),
    below: t.expose('below', {
      type: 'Decimal',
      nullable: true,
      description: 'The amount below which `remaining` must fall.',
    }),
    belowPercentage: t.exposeInt('belowPercentage', {
      nullable: true,
      description: 'The percentage of `granted` below which `remaining` must fall: 1 to 100.',
    }),
    triggered: t.boolean({
      description:
        "True while the customer's balance is below: the alert comes again after the balance was " +
        'not below in between. An unlimited balance never is. False where the alert is for every ' +
        'customer and was not asked for with one.',
      resolve: async ({ isTriggered, about, ...alert }, _, { ledger }) =>
        isTriggered ??
        (about !== null &&
          isBelow(
            alert,
            await ledger.reads.balance({ customerId: about, featureId: alert.featureId }),
          )),
    }),
  }),
});

builder.objectType(BalanceAlertNotFoundError, {
  name: 'BalanceAlertNotFoundError',
  description: 'There is no balance alert with this id.',
  interfaces: [ErrorInterface],
  fields: (t) => ({
    alertId: t.exposeID('alertId', { description: 'The alert id that the request named.' }),
  }),
});

builder.queryFields((t) => ({
  balanceAlerts: t.field({
    type: [BalanceAlertObject],
    extensions: declareCost({ list: USUAL_ALERTS, statements: 1 }),
    nullable: true,
    description:
      'Lists the alerts for every customer, at most 50, the oldest first. Those of one customer ' +
      'are in Customer.balanceAlerts. Needs a secret key.',
    resolve: appOnly(async (_, __, { alerts }) =>
      (await alerts.list()).map((alert) => ({ ...alert, about: null })),
    ),
  }),
}));
