import { createElement } from 'react';
import { renderToString } from 'react-dom/server';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { WebSocket } from 'ws';
import { openLive } from '../../../packages/client/src/live/index.ts';
import { BrimProvider, useUsageLimits } from '../../../packages/client/src/react/index.ts';
import { patience } from '../../support/deadlines.ts';
import { type ClientShop, openClientShop } from '../../support/shop/app-server.ts';
import { createCustomerToken, createFeature, grant, MESSAGES, setUsageLimit, track } from '../../support/shop.ts';

describe('the usage limits of a page', () => {
  let shop: ClientShop;
  beforeAll(async () => {
    shop = await openClientShop();
  });
  afterAll(() => shop.close());
  beforeEach(() => void vi.stubGlobal('WebSocket', WebSocket));
  afterEach(() => void vi.unstubAllGlobals());

  it('are loaded, follow each use, and a burst of uses is few questions', async () => {
    const customerId = await shop.newCustomer();
    await grant(shop, { customerId, amount: '100' });
    await setUsageLimit(shop, { customerId, max: '40', per: { unit: 'YEAR' } });
    const live = openLive({ url: shop.url, token: await createCustomerToken(shop, customerId) });
    const asked = vi.spyOn(shop.app.domain.ledger.reads, 'usageLimits');
    onTestFinished(() => asked.mockRestore());
    onTestFinished(live.usageLimits.subscribe(() => undefined));
    const expectUsed = (used: string) =>
      vi.waitFor(() => expect(live.usageLimits.get().value).toMatchObject([{ max: '40', used, feature: { id: MESSAGES } }]), {
        timeout: patience(5_000),
      });
    await expectUsed('0');
    await vi.waitFor(() => expect(live.connection.get()).toBe('live'));
    for (let count = 0; count < 30; count += 1) await track(shop, { customerId });
    await expectUsed('30');
    expect(asked.mock.calls.length).toBeLessThan(15);
    // No message tells of a limit that the app sets: the page may ask.
    await createFeature(shop, 'words');
    await setUsageLimit(shop, { customerId, featureId: 'words', max: '3' });
    expect(await live.refetchUsageLimits()).toMatchObject([{ max: '40' }, { max: '3' }]);
  });

  it('are not known to a page while its server renders it', () => {
    function Limits() {
      const { usageLimits, isLoading, error } = useUsageLimits(MESSAGES);
      return createElement('p', {}, [usageLimits, isLoading, error].map(String).join(' '));
    }
    const provider = createElement(BrimProvider, { url: 'http://127.0.0.1:9', tokenUrl: '/brim-token' }, createElement(Limits));
    expect(renderToString(provider)).toBe('<p>undefined true null</p>');
  });
});
