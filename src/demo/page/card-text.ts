import type { LivePaymentMethod } from '@brim/client/react';

/** "Visa •••• 4242". */
export function cardText({ brand, last4 }: Pick<LivePaymentMethod, 'brand' | 'last4'>): string {
  return `${brand.charAt(0).toUpperCase()}${brand.slice(1).replaceAll('_', ' ')} •••• ${last4}`;
}
