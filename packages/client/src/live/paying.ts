/** How a page's customer pays: the saved payment method, the provider's pages, and what ends. */
import type { DocumentText } from '../documents/document-text.ts';
import {
  CancelPurchaseText,
  CreatePortalSessionText,
  CreateSetupSessionText,
  ViewerPaymentMethodText,
} from '../documents/generated/texts.ts';
import type { Operation } from './ask.ts';
import { asLiveError, LiveError } from './live-error.ts';
import { type Loaded, openLoader } from './loader.ts';
import { openStore, type Store } from './store.ts';
import type {
  CancelAnswer,
  CancelInput,
  LivePaymentMethod,
  PortalAnswer,
  PortalInput,
  SetupAnswer,
  SetupInput,
} from './types.ts';

export interface Paying {
  /** null: the customer has saved none. Loaded again whenever somebody comes back to the page. */
  readonly paymentMethod: Store<Loaded<LivePaymentMethod | null>>;
  /** @throws LiveError. */
  refetchPaymentMethod(): Promise<LivePaymentMethod | null>;
  /** @throws LiveError, as the following do; a refusal is returned as a value. */
  openSetup(input: SetupInput): Promise<SetupAnswer>;
  openPortal(input: PortalInput): Promise<PortalAnswer>;
  cancelPurchase(input: CancelInput): Promise<CancelAnswer>;
}

/** When somebody comes back to the page, which may have been on one of the provider's. */
const RETURNS = ['focus', 'pageshow'] as const;

export function openPaying(send: <Data>(operation: Operation<Data>) => Promise<Data>): Paying {
  const paymentMethod = openStore<Loaded<LivePaymentMethod | null>>({}, () => {
    const loader = openLoader(refetchPaymentMethod, ({ retryable }) => retryable);
    const again = () => void refetchPaymentMethod().catch(() => undefined);
    // Apps whose pages are not in a browser may have no such events.
    const { addEventListener: listen, removeEventListener: leave } = globalThis;
    loader.start();
    for (const event of RETURNS) listen?.(event, again);
    return () => {
      loader.stop();
      for (const event of RETURNS) leave?.(event, again);
    };
  });

  async function refetchPaymentMethod(): Promise<LivePaymentMethod | null> {
    try {
      const { viewer } = await send({ query: ViewerPaymentMethodText });
      const value = viewer?.paymentMethod ?? null;
      paymentMethod.set({ value });
      return value;
    } catch (error) {
      const problem = asLiveError(error);
      paymentMethod.set({ ...paymentMethod.get(), error: problem });
      throw problem;
    }
  }

  async function change<Name extends string, Answer>(
    query: DocumentText<{ readonly [Field in Name]?: Answer | null }, never>,
    name: Name,
    input: object,
  ): Promise<Answer> {
    const answer = (await send({ query, variables: { input } }))[name];
    if (!answer) throw new LiveError('Brim answered without data.', 'HTTP');
    return answer;
  }

  return {
    paymentMethod,
    refetchPaymentMethod,
    openSetup: (input) => change(CreateSetupSessionText, 'createSetupSession', input),
    openPortal: (input) => change(CreatePortalSessionText, 'createPortalSession', input),
    cancelPurchase: (input) => change(CancelPurchaseText, 'cancelPurchase', input),
  };
}
