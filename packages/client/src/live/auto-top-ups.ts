/** The auto top-ups of a page's customer: loaded again whenever a balance moves. */
import { SetAutoTopUpText, ViewerAutoTopUpsText } from '../documents/generated/texts.ts';
import type { Operation } from './ask.ts';
import type { OpenCustomer } from './customer.ts';
import { asLiveError, LiveError } from './live-error.ts';
import { type Loaded, openLoader } from './loader.ts';
import { openStore, type Store } from './store.ts';
import type { LiveAutoTopUp, SetAutoTopUpAnswer, SetAutoTopUpInput } from './types.ts';

export interface AutoTopUps {
  readonly autoTopUps: Store<Loaded<readonly LiveAutoTopUp[]>>;
  /** @throws LiveError. */
  refetchAutoTopUps(): Promise<readonly LiveAutoTopUp[]>;
  /** @throws LiveError; a refusal is returned as a value. */
  setAutoTopUp(input: SetAutoTopUpInput): Promise<SetAutoTopUpAnswer>;
}

export interface AutoTopUpDeps {
  readonly send: <Data>(operation: Operation<Data>) => Promise<Data>;
  readonly customer: OpenCustomer;
}

/** While a card is charged: how a decline is seen, which moves no balance. */
const LOOK_EVERY_MS = 1_000;

export function openAutoTopUps({ send, customer }: AutoTopUpDeps): AutoTopUps {
  let customerId: string | undefined;
  /** Of the newest request: an older answer that comes later is not taken. */
  let newest = 0;

  const autoTopUps = openStore<Loaded<readonly LiveAutoTopUp[]>>({}, () => {
    const loader = openLoader(refetchAutoTopUps, ({ retryable }) => retryable);
    const again = () => void refetchAutoTopUps().catch(() => undefined);
    let { balances } = customer.store.get();
    const unsubscribe = customer.store.subscribe(() => {
      if (balances === customer.store.get().balances) return;
      ({ balances } = customer.store.get());
      again();
    });
    const timer = setInterval(() => {
      if (autoTopUps.get().value?.some(({ status }) => status === 'CHARGING')) again();
    }, LOOK_EVERY_MS);
    loader.start();
    return () => {
      loader.stop();
      unsubscribe();
      clearInterval(timer);
    };
  });

  async function refetchAutoTopUps(): Promise<readonly LiveAutoTopUp[]> {
    newest += 1;
    const own = newest;
    try {
      const { viewer } = await send({ query: ViewerAutoTopUpsText });
      customerId = viewer?.id;
      const value = viewer?.autoTopUps ?? [];
      if (own === newest) autoTopUps.set({ value });
      return value;
    } catch (error) {
      const problem = asLiveError(error);
      autoTopUps.set({ ...autoTopUps.get(), error: problem });
      throw problem;
    }
  }

  return {
    autoTopUps,
    refetchAutoTopUps,
    async setAutoTopUp(input) {
      if (customerId === undefined) await refetchAutoTopUps();
      const { setAutoTopUp: answer } = await send({
        query: SetAutoTopUpText,
        variables: { input: { ...input, customerId: customerId ?? '' } },
      });
      if (!answer) throw new LiveError('Brim answered without data.', 'HTTP');
      if (answer.__typename === 'SetAutoTopUpSuccess') take(answer.autoTopUp);
      return answer;
    },
  };

  function take(changed: LiveAutoTopUp): void {
    newest += 1;
    const others = (autoTopUps.get().value ?? []).filter(({ id }) => id !== changed.id);
    autoTopUps.set({ value: [...others, changed] });
  }
}
