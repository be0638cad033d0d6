/**
 * `@brim/client/openfeature`: flags of OpenFeature's server SDK that are what a customer may use.
 *
 * A flag is a feature, and the targeting key a customer. Each evaluation asks Brim, so it is never
 * older than the answer before it. Changes of balances are told as they happen.
 */
import {
  type EvaluationContext,
  FlagNotFoundError,
  GeneralError,
  InvalidContextError,
  type JsonValue,
  OpenFeatureEventEmitter,
  type Provider,
  ProviderEvents,
  type ResolutionDetails,
  StandardResolutionReasons,
  TargetingKeyMissingError,
  TypeMismatchError,
} from '@openfeature/server-sdk';
import type { Brim, CheckResult } from '../server/index.ts';

/**
 * A boolean flag says whether the customer may use so much of the feature as `required` in the
 * context says, or 1. A number is what remains, an object both.
 * @param brim stays the caller's to close.
 */
export function openFeatureProvider(brim: Pick<Brim, 'check' | 'balancesChanged'>): Provider {
  const events = new OpenFeatureEventEmitter();
  const closing = new AbortController();

  async function follow(): Promise<void> {
    try {
      for await (const { balance, customer } of brim.balancesChanged({}, { signal: closing.signal }))
        events.emit(ProviderEvents.ConfigurationChanged, {
          flagsChanged: [balance.feature.id],
          metadata: { targetingKey: customer.id },
        });
    } catch (error) {
      events.emit(ProviderEvents.Error, { message: messageOf(error) });
    }
  }

  async function ask(featureId: string, { targetingKey, ...more }: EvaluationContext): Promise<CheckResult> {
    if (!targetingKey) throw new TargetingKeyMissingError('The targeting key must be the id of a customer.');
    const required = more['required'];
    if (required !== undefined && typeof required !== 'number' && typeof required !== 'string')
      throw new InvalidContextError('required must be an amount.');
    const input = { customerId: targetingKey, featureId, ...(required === undefined ? {} : { required }) };
    const answer = await brim.check(input).catch((cause: unknown) => {
      throw new GeneralError(messageOf(cause), { cause });
    });
    if (answer.__typename === 'CheckResult') return answer;
    if (answer.__typename === 'FeatureNotFoundError') throw new FlagNotFoundError(answer.message);
    if (answer.__typename === 'InvalidInputError' || answer.__typename === 'CustomerNotFoundError')
      throw new InvalidContextError(answer.message);
    throw new GeneralError('Brim gave an answer that is not known.');
  }

  return {
    metadata: { name: 'brim' },
    runsOn: 'server',
    events,
    async initialize() {
      void follow();
    },
    async onClose() {
      closing.abort();
    },
    resolveBooleanEvaluation: async (featureId, _, context) => detailsOf((await ask(featureId, context)).allowed),
    async resolveNumberEvaluation(featureId, _, context) {
      const { balance } = await ask(featureId, context);
      if (!balance) throw new TypeMismatchError(`${featureId} has no balance: it is on or off.`);
      return detailsOf(balance.unlimited ? Number.POSITIVE_INFINITY : Number(balance.remaining));
    },
    async resolveObjectEvaluation<Value extends JsonValue>(featureId: string, _: Value, context: EvaluationContext) {
      const { allowed, balance } = await ask(featureId, context);
      const { remaining = null, granted = null, usage = null, unlimited = false } = balance ?? {};
      // The caller names the type that it expects, as with every provider.
      return detailsOf({ allowed, remaining, granted, usage, unlimited } as unknown as Value);
    },
    async resolveStringEvaluation(featureId) {
      throw new TypeMismatchError(`${featureId} is no text: ask for a boolean, a number or an object.`);
    },
  };
}

const messageOf = (error: unknown) => (error instanceof Error ? error.message : String(error));

const detailsOf = <Value>(value: Value): ResolutionDetails<Value> => ({
  value,
  reason: StandardResolutionReasons.TARGETING_MATCH,
});
