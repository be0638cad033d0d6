/**
 * "1,234.5": an exact decimal as people read it. It stays text, because it may have more digits
 * than a number of JavaScript.
 */
export function amountText(decimal: string): string {
  const [, sign = '', whole = '0', fraction = ''] = /^(-?)(\d+)(\.\d+)?$/.exec(decimal) ?? ['', '', decimal, ''];
  return `${sign === '-' ? '−' : ''}${whole.replace(/\B(?=(\d{3})+$)/g, ',')}${fraction}`;
}

/** "+5" or "−5"; "0" has no sign. */
export function changeText(decimal: string): string {
  return isZero(decimal) || isBelowZero(decimal) ? amountText(decimal) : `+${amountText(decimal)}`;
}

/** The amount without its sign. */
export function sizeText(decimal: string): string {
  return amountText(decimal.replace('-', ''));
}

export function isZero(decimal: string): boolean {
  return /^-?0+(\.0+)?$/.test(decimal);
}

export function isBelowZero(decimal: string): boolean {
  return decimal.startsWith('-') && !isZero(decimal);
}
