/** The choice of a test card, or of a bank account, as a plain form field. */
import { TEST_METHODS, type TestMethod } from '../objects/test-methods.ts';
import { type Html, html } from './html.ts';

export function cardChoice(methods: readonly TestMethod[] = TEST_METHODS): Html {
  const options = methods.map(({ number, label }) => html`<option value="${number}">${grouped(number)} – ${label}</option>`);
  return html`<label class="wide">Card <select name="card">${options}</select></label>`;
}

/** 4242 4242 4242 4242, as it stands on a card. */
function grouped(number: string): string {
  return number.replace(/(.{4})(?=.)/g, '$1 ');
}
