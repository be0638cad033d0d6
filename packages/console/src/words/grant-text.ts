/** What a grant is called: where it comes from, and with which plan. */
export interface NamedGrant {
  readonly origin: 'BOUGHT' | 'INCLUDED' | 'MANUAL' | 'OVERDRAFT' | 'ROLLED_OVER';
  readonly purchase?: { readonly plan: { readonly name: string } } | null;
}

export function grantText({ origin, purchase }: NamedGrant): string {
  const plan = purchase?.plan.name;
  switch (origin) {
    case 'BOUGHT':
      return plan ? `bought with ${plan}` : 'bought';
    case 'INCLUDED':
      return plan ? `included in ${plan}` : 'included';
    case 'ROLLED_OVER':
      return plan ? `carried over from ${plan}` : 'carried over';
    case 'OVERDRAFT':
      return 'the overdraft';
    default:
      return 'given by hand';
  }
}
