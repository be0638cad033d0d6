import type { ReactNode } from 'react';
import { ActionButton } from '../actions/actions.tsx';
import { redeliverAction } from '../actions/webhook-actions.ts';
import type { DeliveryRowFragment } from '../documents/generated/graphql.ts';
import { Status } from '../parts/status.tsx';
import { Time } from '../parts/time.tsx';
import { customerHref } from '../route/route.ts';

/** One event on its way to one endpoint: what was sent, and what came back. */
export function DeliveryItem({ delivery }: { readonly delivery: DeliveryRowFragment }): ReactNode {
  const { eventId, type, status, attempts, createdAt, nextAttemptAt, failure, durationMs, customer, payload } = delivery;
  const { responseStatus, responseBody } = delivery;
  const tries = attempts === 1 ? '1 attempt' : `${attempts} attempts`;
  return (
    <li className="row">
      <strong>
        {type.toLowerCase().replaceAll('_', ' ')} <Status of={status} />
      </strong>
      <span>
        {tries}
        {responseStatus !== null && `, answered ${responseStatus}`}
        {durationMs !== null && ` in ${durationMs} ms`}
        {customer && (
          <>
            , about <a href={customerHref(customer.id)}>{customer.id}</a>
          </>
        )}
        {nextAttemptAt && (
          <>
            , again <Time at={nextAttemptAt} />
          </>
        )}
      </span>
      <span className="soft end">
        <Time at={createdAt} />
      </span>
      {failure && <span className="trouble">{failure}</span>}
      <details>
        <summary className="soft">{eventId}</summary>
        <pre>{JSON.stringify(payload, null, 2)}</pre>
        {responseBody && <pre>{responseBody}</pre>}
      </details>
      <p className="row-actions">
        <ActionButton label={`Redeliver ${eventId}`} action={() => redeliverAction(delivery)}>
          Redeliver …
        </ActionButton>
      </p>
    </li>
  );
}
