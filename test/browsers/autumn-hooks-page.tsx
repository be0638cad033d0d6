/** A page that was written for the package's React hooks: an AI chatbot with premium messages. */
import { AutumnProvider, useCustomer } from 'autumn-js/react';
import { createRoot } from 'react-dom/client';

function Welcome() {
  const { data: customer } = useCustomer();
  return (
    <h1>
      Welcome, {customer?.name || 'user'}! {customer?.balances['premium_messages']?.remaining ?? 'no'} messages
    </h1>
  );
}

function CheckPremiumMessage() {
  const { check, refetch } = useCustomer();

  const checkAccess = async () => {
    const { allowed } = check({ featureId: 'premium_messages' });
    if (!allowed) alert("You've run out of premium messages");
    else {
      // Sending is the server's, which tracks.
      await fetch('/send', { method: 'POST' });
      await refetch();
    }
  };
  return (
    <button type="button" onClick={checkAccess}>
      Send
    </button>
  );
}

function TopUpButton() {
  const { attach } = useCustomer();
  return (
    <button
      type="button"
      onClick={() =>
        attach({
          planId: 'top_up',
          featureQuantities: [{ featureId: 'premium_messages', quantity: 200 }],
        })
      }
    >
      Buy More Messages
    </button>
  );
}

const root = document.getElementById('root');
if (root) {
  createRoot(root).render(
    <AutumnProvider>
      <Welcome />
      <CheckPremiumMessage />
      <TopUpButton />
    </AutumnProvider>,
  );
}
