/**
 * What both caches make of Brim's types: which objects are one, which are two, and what a fragment
 * on an interface brings.
 */

import { AttachPlanDocument, ViewerBalancesDocument } from '@brim/client/urql';
import type { TypedDocumentNode } from '@graphql-typed-document-node/core';
import { parse } from 'graphql';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { TestBrim } from '../../support/brim.ts';
import { MESSAGES, openShop, track } from '../../support/shop.ts';
import { apollo } from './apollo.ts';
import { connect, type Page } from './page.ts';
import { urql } from './urql.ts';

let brim: TestBrim;

beforeAll(async () => {
  brim = await openShop();
  await brim.data('mutation { updatePlan(input: { id: "top_up", name: "Top-up, renamed" }) { __typename } }');
});
afterAll(() => brim.close());
afterEach(() => vi.restoreAllMocks());

const PlanVersion: TypedDocumentNode<{ plan: { name: string } | null }, { version: number }> = parse(
  'query PlanVersion($version: Int!) { plan(id: "top_up", version: $version) { id key version name } }',
);
const Remaining: TypedDocumentNode<
  { viewer: { balances: { left: string; usage?: string }[] } | null },
  Record<string, never>
> = parse('query Remaining { viewer { id balances { left: remaining } } }');

async function namesOf(page: Page) {
  const versions = [{ version: 1 }, { version: 2 }];
  for (const each of versions) await page.ask(PlanVersion, each);
  return versions.map((each) => page.cached(PlanVersion, each)?.plan?.name);
}

describe.each([apollo, urql])('$name', (client) => {
  const customer = (name: string) => `${name}-${[apollo, urql].indexOf(client)}`;

  it('keeps the message of an error that is selected on the interface', async () => {
    const page = client.open(await connect(brim, customer('refused')));
    const { attachPlan } = await page.mutate(AttachPlanDocument, { input: { planId: 'no_such_plan' } });
    expect(attachPlan).toMatchObject({ __typename: 'PlanNotFoundError', message: expect.stringContaining('no_such_plan') });
  });

  it('would lose it, told nothing of the schema', async () => {
    const page = client.openBare(await connect(brim, customer('refused-bare')));
    vi.spyOn(console, 'warn').mockReturnValue();
    const { attachPlan } = await page.mutate(AttachPlanDocument, { input: { planId: 'no_such_plan' } });
    expect(attachPlan).toEqual({ __typename: 'PlanNotFoundError' });
  });

  it('holds two versions of a plan as two plans', async () => {
    const page = client.open(await connect(brim, customer('versions')));
    expect(await namesOf(page)).toEqual(['Top-up', 'Top-up, renamed']);
  });

  it('would take them for one, told nothing of the schema', async () => {
    const page = client.openBare(await connect(brim, customer('versions-bare')));
    expect(await namesOf(page)).toEqual(['Top-up, renamed', 'Top-up, renamed']);
  });

  it('takes in all numbers of a balance where a document asks for one', async () => {
    const customerId = customer('one-number');
    const page = client.open(await connect(brim, customerId));
    await page.ask(ViewerBalancesDocument, {});
    await track(brim, { customerId, featureId: MESSAGES, value: 4 });
    expect((await page.ask(Remaining, {})).viewer?.balances).toMatchObject([{ left: '6' }]);
    expect(page.cached(ViewerBalancesDocument, {})?.viewer?.balances).toMatchObject([{ remaining: '6', usage: '4', version: 2 }]);
  });
});
