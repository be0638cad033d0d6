/**
 * The page of the browser's tests: ten widgets of one balance, and one of everything else. Bundled
 * by chromium.ts.
 */
import { StrictMode, Suspense, useState } from 'react';
import { createRoot } from 'react-dom/client';
import {
  BalanceMeter,
  BrimProvider,
  TopUpButton,
  type Transport,
  useAttachPlan,
  useBalance,
  useCancelPurchase,
  useCheck,
  useConnection,
  useCustomer,
  useOpenPortal,
  usePaymentMethod,
  usePlans,
  usePurchase,
  useSuspenseBalance,
  useUsageLimits,
} from '../../packages/client/src/react/index.ts';

const FEATURE = 'premium_messages';
const asked = new URLSearchParams(location.search);
const transports = (asked.get('transports') ?? 'websocket,sse,polling').split(',').filter(isTransport);

function isTransport(name: string): name is Transport {
  return name === 'websocket' || name === 'sse' || name === 'polling';
}

async function getToken(): Promise<string> {
  const response = await fetch('/token', { method: 'POST' });
  if (!response.ok) throw new Error('no token');
  return response.text();
}

function Widget() {
  return <li data-testid="widget">{useBalance(FEATURE).balance?.remaining}</li>;
}

/** What is used of the most that may be. */
function Limits() {
  const { usageLimits } = useUsageLimits(FEATURE);
  return <p data-testid="limits">{usageLimits?.map(({ used, max }) => `${used} of ${max}`).join(', ')}</p>;
}

/** The snippets of autumn-js's guide, with the import changed. */
function Snippets() {
  const { data: customer, customer: same, check, attach, refetch, isLoading } = useCustomer();
  const [said, say] = useState('');
  const handleCheckAccess = async () => {
    const { allowed } = check({ featureId: FEATURE });
    if (!allowed) return say('out of messages');
    await refetch();
    say('proceed');
  };
  return (
    <section>
      <h1>Welcome, {customer?.name || 'user'}!</h1>
      <p data-testid="number">{isLoading ? '…' : (same?.balances[FEATURE]?.remaining ?? 0) + 1}</p>
      <p data-testid="check-six">{String(check({ featureId: FEATURE, requiredBalance: 6 }).allowed)}</p>
      <p data-testid="said">{said}</p>
      <button type="button" onClick={handleCheckAccess}>
        Check
      </button>
      <button
        type="button"
        onClick={() => attach({ planId: 'top_up', featureQuantities: [{ featureId: FEATURE, quantity: 200 }] })}
      >
        Buy More Messages
      </button>
    </section>
  );
}

function Rest() {
  const connection = useConnection();
  const { allowed } = useCheck(FEATURE, 6);
  const { plans } = usePlans();
  const [purchaseId, setPurchaseId] = useState<string>();
  const { purchase } = usePurchase(purchaseId);
  const remember = (answer: { purchase?: { id: string } }) => setPurchaseId(answer.purchase?.id);
  return (
    <section>
      <p data-testid="connection">{connection}</p>
      <p data-testid="use-check">{String(allowed)}</p>
      <p data-testid="plans">{plans?.map(({ id }) => id).join(' ')}</p>
      <p data-testid="purchase">{purchase?.status}</p>
      <BalanceMeter featureId={FEATURE} />
      <TopUpButton
        planId="top_up"
        featureId={FEATURE}
        quantity={200}
        onAnswer={(answer) => remember('purchase' in answer ? answer : {})}
      >
        Buy 200
      </TopUpButton>
      <TopUpButton planId="secret" featureId={FEATURE} quantity={200}>
        Buy what is not for sale
      </TopUpButton>
    </section>
  );
}

function Paying() {
  const { paymentMethod, save } = usePaymentMethod();
  const { openPortal } = useOpenPortal();
  const { cancel, answer } = useCancelPurchase();
  const { attach, answer: attached } = useAttachPlan();
  const bought = attached && 'purchase' in attached ? attached.purchase.id : '';
  return (
    <section>
      <p data-testid="method">
        {paymentMethod ? `${paymentMethod.brand} ${paymentMethod.last4}` : paymentMethod === null && 'none'}
      </p>
      <p data-testid="canceled">{answer && 'outcome' in answer ? answer.outcome : answer?.message}</p>
      <button type="button" onClick={() => save()}>
        Save a card
      </button>
      <button type="button" onClick={() => openPortal()}>
        Open the portal
      </button>
      <button
        type="button"
        onClick={() =>
          attach({ planId: 'top_up', checkout: 'ALWAYS', featureQuantities: [{ featureId: FEATURE, quantity: 300 }] })
        }
      >
        Begin to buy
      </button>
      <button type="button" onClick={() => cancel(bought)}>
        Give it up
      </button>
    </section>
  );
}

function Suspended() {
  return <p data-testid="suspended">{useSuspenseBalance(FEATURE).remaining}</p>;
}

/**
 * The checkout page is not gone to but named, so that the test can pay there while this page stays.
 */
function App() {
  const [checkoutUrl, setCheckoutUrl] = useState('');
  return (
    <BrimProvider
      url={asked.get('brim') ?? ''}
      getToken={getToken}
      transports={transports}
      pollIntervalMs={100}
      navigate={setCheckoutUrl}
    >
      <ul>
        {Array.from({ length: 10 }, (_, index) => `widget ${index}`).map((name) => (
          <Widget key={name} />
        ))}
      </ul>
      <Snippets />
      <Rest />
      <Limits />
      <Paying />
      <Suspense fallback={<p data-testid="fallback">Loading</p>}>
        <Suspended />
      </Suspense>
      <p data-testid="checkout">{checkoutUrl}</p>
    </BrimProvider>
  );
}

const root = document.getElementById('root');
if (root)
  createRoot(root).render(
    <StrictMode>
      <App />
    </StrictMode>,
  );
