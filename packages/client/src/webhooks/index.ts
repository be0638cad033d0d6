/** `@brim/client/webhooks`: for the route of your app that takes Brim's webhooks. */

export { WebhookVerificationError } from 'standardwebhooks';
export type * from './generated/payloads.ts';
export { WEBHOOK_SCHEMAS } from './generated/schemas.ts';
export { verifyWebhook, type WebhookEvent, type WebhookEventType, type WebhookHeaders } from './verify-webhook.ts';
