/** "$20": as people write it, without places that say nothing. */
export function moneyText({ amount, currency }: { readonly amount: string; readonly currency: string }): string {
  const format = { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' } as const;
  return new Intl.NumberFormat('en', format).format(Number(amount));
}
