/**
 * `@brim/client/react`: a customer's balances in a page, live. Stands beside react and graphql-ws.
 */

export type * from '../live/index.ts';
export { LiveError } from '../live/index.ts';
export { type AttachParameters, type UseAttachPlan, useAttachPlan } from './attach.ts';
export { type AutoTopUpParameters, type UseAutoTopUp, useAutoTopUp } from './auto-top-up.ts';
export { AutoTopUpForm, type AutoTopUpFormProps, type AutoTopUpWords } from './auto-top-up-form.tsx';
export { type UseBalance, type UseCheck, useBalance, useCheck } from './balance.ts';
export { BalanceMeter, type BalanceMeterProps, type BalanceState } from './balance-meter.tsx';
export { useConnection } from './connection.ts';
export {
  type BrimCustomer,
  type Check,
  type CheckParameters,
  type CustomerBalance,
  type UseCustomer,
  useCustomer,
} from './customer.ts';
export {
  type SetupParameters,
  type UseCancelPurchase,
  type UseOpenPortal,
  type UsePaymentMethod,
  useCancelPurchase,
  useOpenPortal,
  usePaymentMethod,
} from './paying.ts';
export { BrimProvider, type BrimProviderProps } from './provider.tsx';
export { type UsePlans, type UsePurchase, usePlans, usePurchase } from './purchase.ts';
export { useSuspenseBalance, useSuspenseCustomer, useSuspensePlans } from './suspense.ts';
export { TopUpButton, type TopUpButtonProps } from './top-up-button.tsx';
export { type UseUsageLimits, useUsageLimits } from './usage-limits.ts';
