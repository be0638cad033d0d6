import { type GraphQLSchema, isObjectType } from 'graphql';
import { KEY_SCOPES, type NeededScopes, type TypeScopes } from '../src/values/key-scope.ts';

/**
 * Which scope of a secret key each root field needs: one of those that are listed. Beneath a root
 * field the answer is open, except for the types of `TYPE_SCOPES`: so a key that only tracks learns
 * nothing of the customer whose balance it lowers. The server checks an operation before it runs.
 */
export const ROOT_SCOPES: Readonly<
  Record<'Query' | 'Mutation' | 'Subscription', Readonly<Record<string, NeededScopes>>>
> = {
  Query: {
    auditLog: ['ADMIN'],
    balanceAlerts: ['READ', 'CUSTOMERS'],
    balancesCursor: ['READ'],
    check: ['READ', 'TRACK'],
    customer: ['READ', 'CUSTOMERS'],
    customers: ['READ', 'CUSTOMERS'],
    feature: ['READ', 'CATALOGUE'],
    features: ['READ', 'CATALOGUE'],
    hold: ['READ', 'TRACK'],
    ledger: ['READ'],
    // It finds objects of every kind.
    node: ['READ'],
    nodes: ['READ'],
    plan: ['READ', 'CATALOGUE'],
    plans: ['READ', 'CATALOGUE'],
    previewAttach: ['READ', 'PURCHASES'],
    purchase: ['READ', 'PURCHASES'],
    secretKeys: ['ADMIN'],
    // Null with every key.
    viewer: [...KEY_SCOPES],
    webhookEndpoint: ['ADMIN'],
    webhookEndpoints: ['ADMIN'],
  },
  Mutation: {
    acceptPayment: ['PURCHASES'],
    adjustBalance: ['PURCHASES'],
    advanceClock: ['ADMIN'],
    archiveFeature: ['CATALOGUE'],
    archivePlan: ['CATALOGUE'],
    attachPlan: ['PURCHASES'],
    cancelPurchase: ['PURCHASES'],
    createCustomer: ['CUSTOMERS'],
    // With plans to attach, or auto top-ups to set, PURCHASES as well: customer-token.ts.
    createCustomerToken: ['CUSTOMERS'],
    createFeature: ['CATALOGUE'],
    createPlan: ['CATALOGUE'],
    createPortalSession: ['PURCHASES'],
    createSecretKey: ['ADMIN'],
    createSetupSession: ['PURCHASES'],
    createWebhookEndpoint: ['ADMIN'],
    deleteWebhookEndpoint: ['ADMIN'],
    eraseCustomer: ['ADMIN'],
    grantBalance: ['PURCHASES'],
    importBalances: ['ADMIN'],
    placeHold: ['TRACK'],
    redeliver: ['ADMIN'],
    refundPurchase: ['PURCHASES'],
    releaseHold: ['TRACK'],
    removeBalanceAlert: ['CUSTOMERS'],
    removeUsageLimit: ['CUSTOMERS'],
    resumePurchase: ['PURCHASES'],
    reverseUsage: ['TRACK'],
    revokeCustomerTokens: ['CUSTOMERS'],
    revokeSecretKey: ['ADMIN'],
    rotateWebhookSecret: ['ADMIN'],
    sendTestEvent: ['ADMIN'],
    setAutoTopUp: ['PURCHASES'],
    setBalanceAlert: ['CUSTOMERS'],
    setUsageLimit: ['CUSTOMERS'],
    settleHold: ['TRACK'],
    track: ['TRACK'],
    trackBatch: ['TRACK'],
    updateCustomer: ['CUSTOMERS'],
    unarchiveFeature: ['CATALOGUE'],
    unarchivePlan: ['CATALOGUE'],
    updateFeature: ['CATALOGUE'],
    updatePlan: ['CATALOGUE'],
    updateWebhookEndpoint: ['ADMIN'],
    voidGrant: ['PURCHASES'],
  },
  Subscription: {
    autoTopUpsChanged: ['READ'],
    balanceChanged: ['READ'],
    balancesChanged: ['READ'],
    purchaseChanged: ['READ', 'PURCHASES'],
  },
};

const OF_PURCHASES: TypeScopes = {
  needs: ['READ', 'PURCHASES', 'CUSTOMERS'],
  free: ['id', 'nodeId'],
};

/** Where an answer about something else may lead. */
export const TYPE_SCOPES: Readonly<Record<string, TypeScopes>> = {
  Customer: { needs: ['READ', 'CUSTOMERS'], free: ['id', 'nodeId'] },
  LedgerEntryConnection: { needs: ['READ', 'CUSTOMERS'], free: [] },
  Purchase: OF_PURCHASES,
  Payment: OF_PURCHASES,
  Refund: OF_PURCHASES,
  Dispute: OF_PURCHASES,
};

/**
 * Writes the scopes to the fields and types, where the server finds them.
 * @throws Error where a root field declares none.
 */
export function declareScopes(schema: GraphQLSchema): GraphQLSchema {
  for (const [root, scopes] of Object.entries(ROOT_SCOPES)) {
    const type = schema.getType(root);
    const fields = isObjectType(type) ? type.getFields() : {};
    for (const [name, field] of Object.entries(fields)) {
      const needs = scopes[name];
      if (!needs) throw new Error(`${root}.${name} must have a scope in key-scopes.ts`);
      field.extensions = { ...field.extensions, scopes: needs };
    }
  }
  for (const [name, scopes] of Object.entries(TYPE_SCOPES)) {
    const type = schema.getType(name);
    if (!isObjectType(type)) throw new Error(`key-scopes.ts has the type ${name}, which is none`);
    type.extensions = { ...type.extensions, scopes };
  }
  return schema;
}
