import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MESSAGES } from '../support/shop.ts';
import { ADA, type Fixture, openFixture } from './fixture.ts';

let fixture: Fixture;

beforeAll(async () => {
  fixture = await openFixture();
});
afterAll(() => fixture.close());

const query = `{
  plans(includeArchived: true) { id }
  check(input: { customerId: "${ADA}", featureId: "${MESSAGES}", required: 100000 }) { allowed offers { plan { id } } }
}`;

async function ask(credential?: string): Promise<{ plans: string[]; offers: string[] }> {
  const { plans, check } = await fixture.brim.data(query, {}, credential);
  const idsOf = (list: { id: string }[]) => list.map(({ id }) => id).sort();
  return { plans: idsOf(plans), offers: idsOf(check.offers.map(({ plan }: { plan: { id: string } }) => plan)) };
}

describe('plans and offers', () => {
  it('are all of them with a secret key', async () => {
    expect(await ask()).toEqual({ plans: ['bulk', 'free', 'gift', 'stripes', 'top_up'], offers: ['bulk', 'top_up'] });
  });

  it("are the customer's own plans, without offers, with a token that may attach nothing", async () => {
    expect(await ask(await fixture.tokenFor(ADA))).toEqual({ plans: ['free', 'top_up'], offers: [] });
  });

  it("are the customer's own plans, those that may be attached, and the offers among them, with a token that names plans", async () => {
    expect(await ask(await fixture.tokenFor(ADA, 'gift', 'bulk', 'unknown'))).toEqual({
      plans: ['bulk', 'free', 'gift', 'top_up'],
      offers: ['bulk'],
    });
  });

  it('hide each version of a plan that only another customer has', async () => {
    const token = await fixture.tokenFor(ADA);
    await fixture.brim.data(`mutation { updatePlan(input: { id: "free", name: "Free, and better" }) { __typename } }`);
    const versions = '{ newest: plan(id: "free") { version } held: plan(id: "free", version: 1) { version } }';
    expect(await fixture.brim.data(versions, {}, token)).toEqual({ newest: null, held: { version: 1 } });
    expect(await fixture.brim.data(versions)).toEqual({ newest: { version: 2 }, held: { version: 1 } });
  });
});
