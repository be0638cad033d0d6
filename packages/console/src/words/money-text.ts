export interface Sum {
  readonly amount: string;
  readonly currency: string;
}

/** "$20": the sum as people write it, without decimal places if they are zero. */
export function moneyText({ amount, currency }: Sum): string {
  const format = { style: 'currency', currency, trailingZeroDisplay: 'stripIfInteger', maximumFractionDigits: 12 } as const;
  try {
    return new Intl.NumberFormat('en', format).format(Number(amount));
  } catch {
    return `${amount} ${currency}`;
  }
}
