/** The version that the SDK's types describe. It changes when the SDK does, in a reviewed change, and never by itself. */
export const STRIPE_API_VERSION = '2026-10-28.endive';
