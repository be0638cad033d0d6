import { type ReactNode, useEffect, useState } from 'react';
import { ActionButton } from '../actions/actions.tsx';
import { testEventAction } from '../actions/webhook-actions.ts';
import { useAsk } from '../api/use-ask.ts';
import type { WebhookDeliveryStatus, WebhookEndpointsQuery } from '../documents/generated/graphql.ts';
import { WebhookDeliveriesText } from '../documents/generated/texts.ts';
import { ListState } from '../parts/list-state.tsx';
import { Status } from '../parts/status.tsx';
import { StatusFilter } from '../parts/status-filter.tsx';
import { DeliveryItem } from './delivery-item.tsx';

const STATUSES: readonly WebhookDeliveryStatus[] = ['PENDING', 'RETRYING', 'SUCCEEDED', 'FAILED'];
const PAGE = 20;
/** The longest page of the API. */
const MOST = 100;
/** How soon deliveries are read again: where some are on their way, and where none is known. */
const WAITING_MS = 2_000;
const IDLE_MS = 5_000;

export interface EndpointPanelProps {
  readonly endpoint: NonNullable<WebhookEndpointsQuery['webhookEndpoints']>[number];
  /** Rises where the reader did something. */
  readonly news: number;
}

/** One endpoint, with its newest deliveries. */
export function EndpointPanel({ endpoint, news }: EndpointPanelProps): ReactNode {
  const { id, url, enabled, disabledReason, events } = endpoint;
  const [status, setStatus] = useState<WebhookDeliveryStatus | null>(null);
  const [first, setFirst] = useState(PAGE);
  const { data, problem, isAsking, askAgain } = useAsk(WebhookDeliveriesText, { id, statuses: status && [status], first });
  const page = data?.webhookEndpoint?.deliveries;
  const deliveries = page?.nodes ?? [];
  const isWaiting = deliveries.some((delivery) => delivery.status === 'PENDING' || delivery.status === 'RETRYING');

  useEffect(() => {
    if (news > 0) askAgain();
  }, [news, askAgain]);
  useEffect(() => {
    const timer = setInterval(askAgain, isWaiting ? WAITING_MS : IDLE_MS);
    return () => clearInterval(timer);
  }, [isWaiting, askAgain]);

  return (
    <section className="panel" aria-label={`Endpoint ${url}`}>
      <header className="panel-title">
        <h2 className="url">
          {url} <Status of={enabled ? 'ACTIVE' : 'DISABLED'} />
        </h2>
        {enabled && (
          <ActionButton label={`Send a test event to ${url}`} action={() => testEventAction(endpoint)}>
            Test event …
          </ActionButton>
        )}
      </header>
      <p className="plan-about soft">
        {disabledReason && <span className="trouble">{disabledReason} </span>}
        Hears of {events.map((event) => event.toLowerCase().replaceAll('_', ' ')).join(', ')}.
      </p>
      <p className="plan-about filters">
        <StatusFilter
          label="Status of deliveries"
          every="Every delivery"
          statuses={STATUSES}
          chosen={status}
          onChoose={setStatus}
        />
      </p>
      <ListState problem={problem} isEmpty={deliveries.length === 0} isAsking={isAsking} empty="There is no such delivery." />
      <ol className="rows" aria-label={`Deliveries to ${url}`}>
        {deliveries.map((delivery) => (
          <DeliveryItem key={delivery.id} delivery={delivery} />
        ))}
      </ol>
      {page?.pageInfo.hasNextPage && first < MOST && (
        <button type="button" className="button more" onClick={() => setFirst(Math.min(MOST, first + PAGE))}>
          Show older deliveries
        </button>
      )}
    </section>
  );
}
