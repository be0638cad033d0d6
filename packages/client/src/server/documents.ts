/** The operations, in the schema's words. test/clients/server/documents.test.ts validates each against the printed schema. */
const BALANCE = 'feature { id } granted remaining held usage unlimited nextResetAt nextExpiryAt version';
const OFFERS = 'offers { plan { id name } feature { id } quantity price { amount currency } }';
const PURCHASE = 'purchase { id status revision total { amount currency } plan { id } }';
const REFUSALS = '... on InvalidInputError { issues { path message } } ... on Error { message }';
const CONFLICT = '... on IdempotencyConflictError { idempotencyKey }';

export const TRACK = `mutation ($input: TrackInput!) { track(input: $input) { __typename
  ... on TrackSuccess { requested applied shortfall replayed balance { ${BALANCE} } entry { id sequence } }
  ... on InsufficientBalanceError { required remaining ${OFFERS} } ${CONFLICT} ${REFUSALS} } }`;

export const TRACK_BATCH = `mutation ($input: TrackBatchInput!) { trackBatch(input: $input) { __typename
  ... on TrackBatchSuccess { results { __typename
    ... on TrackSuccess { requested applied shortfall replayed balance { ${BALANCE} } entry { id sequence } }
    ... on InsufficientBalanceError { required remaining ${OFFERS} } ${CONFLICT} ${REFUSALS} } } ${REFUSALS} } }`;

export const CHECK = `query ($input: CheckInput!) { check(input: $input) {
  __typename allowed feature { id } required shortfall balance { ${BALANCE} } ${OFFERS} } }`;

export const ATTACH = `mutation ($input: AttachPlanInput!) { attachPlan(input: $input) { __typename
  ... on AttachPlanSuccess { checkoutUrl ${PURCHASE} balances { ${BALANCE} } }
  ... on PlanAlreadyAttachedError { ${PURCHASE} } ... on PaymentFailedError { ${PURCHASE} } ${CONFLICT} ${REFUSALS} } }`;

export const CREATE_CUSTOMER = `mutation ($input: CreateCustomerInput!) { createCustomer(input: $input) { __typename
  ... on CreateCustomerSuccess { created customer { id name email sequence balances { ${BALANCE} } } } ${REFUSALS} } }`;

export const CREATE_CUSTOMER_TOKEN = `mutation ($input: CreateCustomerTokenInput!) { createCustomerToken(input: $input) { __typename
  ... on CreateCustomerTokenSuccess { token expiresAt } ${REFUSALS} } }`;

export const REVOKE_CUSTOMER_TOKENS = `mutation ($input: RevokeCustomerTokensInput!) { revokeCustomerTokens(input: $input) { __typename
  ... on RevokeCustomerTokensSuccess { revokedAt } ${REFUSALS} } }`;
