/** The URLs that hear of events, and what was sent to each. */
import { type ReactNode, useCallback, useState } from 'react';
import { Actions } from '../actions/actions.tsx';
import { useAsk } from '../api/use-ask.ts';
import { WebhookEndpointsText } from '../documents/generated/texts.ts';
import { ListState } from '../parts/list-state.tsx';
import { EndpointPanel } from './endpoint-panel.tsx';

export function Webhooks(): ReactNode {
  const { data, problem, isAsking, askAgain } = useAsk(WebhookEndpointsText, {});
  const [done, setDone] = useState(0);
  const noteDone = useCallback(() => {
    setDone((count) => count + 1);
    askAgain();
  }, [askAgain]);
  const endpoints = data?.webhookEndpoints ?? [];
  return (
    <Actions onDone={noteDone}>
      <section aria-labelledby="webhooks-title">
        <header className="title">
          <h1 id="webhooks-title">Webhooks</h1>
        </header>
        <div className="column">
          {(endpoints.length === 0 || problem !== undefined) && (
            <div className="panel">
              <ListState
                problem={problem}
                isEmpty={endpoints.length === 0}
                isAsking={isAsking}
                empty="No URL hears of events. createWebhookEndpoint adds one."
              />
            </div>
          )}
          {endpoints.map((endpoint) => (
            <EndpointPanel key={endpoint.id} endpoint={endpoint} news={done} />
          ))}
        </div>
      </section>
    </Actions>
  );
}
