/** "$20": the sum as people write it, without decimal places if they are zero. */
export function moneyText({ amount, currency }: { readonly amount: string; readonly currency: string }): string {
  const format = { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger' } as const;
  return new Intl.NumberFormat('en', format).format(Number(amount));
}
