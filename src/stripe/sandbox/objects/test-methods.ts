/**
 * Stripe's test cards and bank accounts: their numbers, which the pages take, and their names,
 * which the API takes. Source: https://docs.stripe.com/testing.
 */
import { type Refusal, refusal } from './refusals.ts';

export interface TestMethod {
  readonly number: string;
  /** Each can stand where the API takes a payment method. */
  readonly names: readonly string[];
  /** What it does, as the pages say it. */
  readonly label: string;
  /** The card's brand; of a bank account `bank`. */
  readonly brand: 'visa' | 'mastercard' | 'amex' | 'bank';
  /** The bank refuses each charge. */
  readonly refusal?: Refusal;
  /** A card that is refused can be saved all the same. */
  readonly isSavable?: true;
  /** When the bank wants the customer to take part: at each charge, or until the card is saved. */
  readonly authentication?: 'always' | 'until_saved';
  /** What follows a charge that succeeded. */
  readonly aftermath?: 'dispute' | 'not_received' | 'inquiry' | 'fraud_warning';
  /** Refunds of its charges are pending first, or fail after they succeeded. */
  readonly refunds?: 'pending' | 'fail';
}

const card = (digits: string, name: string, label: string, more: Partial<TestMethod> = {}): TestMethod => ({
  number: digits,
  names: [`pm_card_${name}`, `pm_card_visa_${name}`],
  label,
  brand: 'visa',
  ...more,
});

const refused = (digits: string, name: string, declineCode: string, adviceCode?: string): TestMethod =>
  card(digits, `chargeDeclined${name}`, `declined: ${declineCode.replaceAll('_', ' ')}`, {
    refusal: refusal(declineCode, adviceCode),
  });

export const GOOD_CARD: TestMethod = card('4242424242424242', 'visa', 'pays', { names: ['pm_card_visa'] });
export const DECLINED_CARD: TestMethod = refused('4000000000000002', '', 'generic_decline');
/** Its money arrives or fails later, as somebody decides. */
export const BANK_ACCOUNT: TestMethod = {
  number: '000123456789',
  names: ['pm_usBankAccount_success', 'pm_usBankAccount'],
  label: 'bank debit: the money comes later',
  brand: 'bank',
};

export const TEST_METHODS: readonly TestMethod[] = [
  GOOD_CARD,
  card('5555555555554444', 'mastercard', 'pays', { names: ['pm_card_mastercard'], brand: 'mastercard' }),
  card('378282246310005', 'amex', 'pays', { names: ['pm_card_amex'], brand: 'amex' }),
  card('4000002500003155', 'authenticationRequiredOnSetup', 'asks for 3-D Secure until it is saved', {
    authentication: 'until_saved',
  }),
  card('4000002760003184', 'authenticationRequired', 'asks for 3-D Secure each time', { authentication: 'always' }),
  card('4000000000000341', 'chargeCustomerFail', 'can be saved, and is then declined', {
    refusal: refusal('generic_decline'),
    isSavable: true,
  }),
  DECLINED_CARD,
  refused('4000000000009995', 'InsufficientFunds', 'insufficient_funds', 'try_again_later'),
  refused('4000000000009987', 'LostCard', 'lost_card', 'do_not_try_again'),
  refused('4000000000009979', 'StolenCard', 'stolen_card', 'do_not_try_again'),
  refused('4000000000000069', 'ExpiredCard', 'expired_card', 'confirm_card_data'),
  refused('4000000000000127', 'IncorrectCvc', 'incorrect_cvc', 'confirm_card_data'),
  refused('4000000000000119', 'ProcessingError', 'processing_error', 'try_again_later'),
  refused('4100000000000019', 'Fraudulent', 'fraudulent', 'do_not_try_again'),
  refused('4000000000006975', 'VelocityLimitExceeded', 'card_velocity_exceeded', 'try_again_later'),
  card('4000000000000259', 'createDispute', 'pays; the charge is disputed', { aftermath: 'dispute' }),
  card('4000000000002685', 'createDisputeProductNotReceived', 'pays; disputed as not received', { aftermath: 'not_received' }),
  card('4000000000001976', 'createDisputeInquiry', 'pays; the bank inquires', { aftermath: 'inquiry' }),
  card('4000000000005423', 'createIssuerFraudRecord', 'pays; an early fraud warning comes', { aftermath: 'fraud_warning' }),
  card('4000000000007726', 'pendingRefund', 'pays; refunds are pending', { refunds: 'pending' }),
  card('4000000000005126', 'refundFail', 'pays; refunds succeed, then fail', { refunds: 'fail' }),
  BANK_ACCOUNT,
];

const byName = new Map(TEST_METHODS.flatMap((method) => method.names.map((name) => [name, method] as const)));
const byNumber = new Map(TEST_METHODS.map((method) => [method.number, method]));

/** @param name such as `pm_card_visa`. */
export function testMethodNamed(name: string): TestMethod | undefined {
  return byName.get(name);
}

/** @param number of a card or account, with or without spaces. */
export function testMethodNumbered(number: string): TestMethod | undefined {
  return byNumber.get(number.replaceAll(' ', ''));
}
