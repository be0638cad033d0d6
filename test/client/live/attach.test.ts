import { describe, expect, it } from 'vitest';
import { AttachPlanText } from '../../../packages/client/src/documents/generated/texts.ts';
import { ask } from '../../../packages/client/src/live/ask.ts';
import { openTokens } from '../../../packages/client/src/live/tokens.ts';
import { errorReply, openStandIn } from '../server/stand-in.ts';

describe('an attach of which the answer could not be read', () => {
  it('is not sent again, and names the purchase that stands', async () => {
    const { url, inputs } = await openStandIn(() => errorReply('ANSWER_INCOMPLETE', 200, { purchaseId: 'pur_1' }));
    const tokens = openTokens({ token: 'a token' });
    const asking = ask({ query: AttachPlanText, variables: { input: { planId: 'top_up' } } }, { url, tokens });
    await expect(asking).rejects.toMatchObject({ code: 'ANSWER_INCOMPLETE', retryable: false, purchaseId: 'pur_1' });
    expect(inputs).toHaveLength(1);
  });
});
