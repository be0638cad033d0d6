import { DomainError } from '../../values/errors.ts';

export class WebhookEndpointNotFoundError extends DomainError {
  readonly code = 'WEBHOOK_ENDPOINT_NOT_FOUND';
  readonly endpointId: string;

  constructor(endpointId: string) {
    super(`There is no webhook endpoint with the id ${JSON.stringify(endpointId)}.`, { facts: { endpointId } });
    this.endpointId = endpointId;
  }
}

export class WebhookDeliveryNotFoundError extends DomainError {
  readonly code = 'WEBHOOK_DELIVERY_NOT_FOUND';
  readonly deliveryId: string;

  constructor(deliveryId: string) {
    super(`There is no webhook delivery with the id ${JSON.stringify(deliveryId)}.`, { facts: { deliveryId } });
    this.deliveryId = deliveryId;
  }
}
