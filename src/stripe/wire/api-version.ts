/**
 * The API version that the SDK's types describe. It changes only together with the SDK, in a
 * reviewed change.
 */
export const STRIPE_API_VERSION = '2026-10-28.endive';
