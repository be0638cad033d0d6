import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createFeature, MESSAGES } from '../support/shop.ts';
import { expectIssue, type Fixture, openFixture } from './fixture.ts';

type Path = readonly (string | number)[];

const credits = (...creditCosts: object[]) => ({ type: 'CREDIT_SYSTEM', creditCosts });
const paying = (featureId: string, cost: string | number = '0.2') => ({ featureId, cost });
const FIRST: Path = ['creditCosts', 0, 'featureId'];

describe('a credit system', () => {
  let fixture: Fixture;

  beforeAll(async () => {
    fixture = await openFixture();
    await fixture.send('createFeature', { id: 'sso', name: 'Single sign-on', type: 'BOOLEAN' });
    await createFeature(fixture.brim, 'retired');
    await fixture.send('archiveFeature', { id: 'retired' });
    await fixture.send('createFeature', { id: 'gold', name: 'Gold', ...credits(paying(MESSAGES)) });
  });
  afterAll(() => fixture.close());

  it.each<[name: string, facts: Record<string, unknown>, path: Path, says: string]>([
    ['without costs', { type: 'CREDIT_SYSTEM' }, ['creditCosts'], 'a credit system without costs pays for nothing'],
    ['with no cost', credits(), ['creditCosts'], 'a credit system without costs pays for nothing'],
    [
      'that is a metered feature',
      { type: 'METERED', creditCosts: [paying(MESSAGES)] },
      ['creditCosts'],
      'only for a credit system: leave it out',
    ],
    [
      'that is a boolean feature',
      { type: 'BOOLEAN', creditCosts: [paying(MESSAGES)] },
      ['creditCosts'],
      'only for a credit system: leave it out',
    ],
    [
      'with 101 costs',
      credits(...Array.from({ length: 101 }, (_, index) => paying(`f${index}`))),
      ['creditCosts'],
      'must be at most 100',
    ],
    ['that costs nothing', credits(paying(MESSAGES, 0)), ['creditCosts', 0, 'cost'], 'must be above zero'],
    ['that costs less than nothing', credits(paying(MESSAGES, '-1')), ['creditCosts', 0, 'cost'], 'must be above zero'],
    [
      'that pays for a feature twice',
      credits(paying(MESSAGES), paying(MESSAGES)),
      ['creditCosts', 1, 'featureId'],
      'must be named once',
    ],
    [
      'that pays for no feature that there is',
      credits(paying(MESSAGES), paying('unknown')),
      ['creditCosts', 1, 'featureId'],
      'there is no feature with the id "unknown"',
    ],
    ['that pays for what cannot be an id', credits(paying('')), FIRST, 'must be 1 to 200 visible characters'],
    ['that pays for an archived feature', credits(paying('retired')), FIRST, 'the feature "retired" is archived'],
    ['that pays for a boolean feature', credits(paying('sso')), FIRST, '"sso" is a boolean feature'],
    ['that pays for a credit system', credits(paying('gold')), FIRST, '"gold" is a credit system'],
    ['that pays for itself', credits(paying('new')), FIRST, 'cannot pay for itself: that is a cycle'],
  ])('%s is refused', async (_name, facts, path, says) => {
    const refusal = await fixture.withoutWriting(() => fixture.send('createFeature', { id: 'new', name: 'New', ...facts }));
    expectIssue(refusal, path, says);
    expect((await fixture.brim.data('{ feature(id: "new") { id } }')).feature).toBeNull();
  });

  it('says which features it pays for, and at what cost', async () => {
    const { features } = await fixture.brim.data('{ features { id type creditCosts { feature { id name } cost } } }');
    expect(features).toEqual([
      { id: MESSAGES, type: 'METERED', creditCosts: [] },
      { id: 'sso', type: 'BOOLEAN', creditCosts: [] },
      {
        id: 'gold',
        type: 'CREDIT_SYSTEM',
        creditCosts: [{ feature: { id: MESSAGES, name: 'Premium messages' }, cost: '0.2' }],
      },
    ]);
  });
});
