/** The operations of a page, in the schema's words; a test validates each against the printed schema. */
const BALANCE = 'feature{id name}granted remaining held usage unlimited nextResetAt nextExpiryAt version';
const MONEY = '{amount currency}';
const PURCHASE = `id status revision checkoutUrl failureReason total${MONEY}plan{id name}featureQuantities{feature{id}quantity}`;

export const CUSTOMER = `{viewer{id name email balances{${BALANCE}}}}`;
export const BALANCES = `{viewer{balances{${BALANCE}}}}`;
export const BALANCE_CHANGED = `subscription($after:SafeInt){balanceChanged(after:$after){cause sequence balance{${BALANCE}}}}`;
export const FIND_PURCHASE = `query($id:ID!){purchase(id:$id){${PURCHASE}}}`;
export const PURCHASE_CHANGED = `subscription($id:ID!){purchaseChanged(purchaseId:$id){${PURCHASE}}}`;
export const PLANS = `{plans{id name description addOn version price{amount${MONEY}}items{feature{id name}included unlimited price{amount${MONEY}billingUnits method}}}}`;
export const ATTACH = `mutation($input:AttachPlanInput!){attachPlan(input:$input){__typename ...on AttachPlanSuccess{checkoutUrl purchase{${PURCHASE}}balances{${BALANCE}}}...on InvalidInputError{issues{path message}}...on Error{message}}}`;
