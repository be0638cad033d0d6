/**
 * A page that its server renders and the browser takes over. Bundled by chromium.ts, and rendered
 * by the test.
 */
import { hydrateRoot } from 'react-dom/client';
import {
  BalanceMeter,
  BrimProvider,
  type BrimProviderProps,
  useBalance,
  useConnection,
} from '../../packages/client/src/react/index.ts';

const FEATURE = 'premium_messages';

function Words() {
  const { balance, isLoading, error } = useBalance(FEATURE);
  return (
    <section>
      <p data-testid="number">{balance?.remaining ?? (isLoading ? 'loading' : 'unknown')}</p>
      <p data-testid="error">{error?.message}</p>
      <p data-testid="connection">{useConnection()}</p>
      <BalanceMeter featureId={FEATURE} />
    </section>
  );
}

export function App(options: Pick<BrimProviderProps, 'url' | 'initial'>) {
  return (
    <BrimProvider {...options} tokenUrl="/brim-token">
      <Words />
    </BrimProvider>
  );
}

if (typeof document !== 'undefined') {
  const { options } = window as Window & { readonly options?: Pick<BrimProviderProps, 'url' | 'initial'> };
  const root = document.getElementById('root');
  if (root && options) hydrateRoot(root, <App {...options} />, { onRecoverableError: (error) => console.error(error) });
}
