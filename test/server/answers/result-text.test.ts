import { describe, expect, it } from 'vitest';
import { textOfResult } from '../../../src/server/answers/result-text.ts';

describe('the text of a result', () => {
  it.each([
    [{ data: { a: 1, b: 'ü"\n' } }],
    [{ data: null }],
    [{ data: null, errors: [{ message: 'no' }] }],
    [{ errors: [{ message: 'no' }] }],
    [{ data: { a: [] }, extensions: { cost: { cost: 3 } } }],
  ])('is its JSON: %j', (result) => {
    expect(JSON.parse(textOfResult(result))).toEqual(result);
  });

  it('leaves out what is undefined', () => {
    expect(textOfResult({ data: undefined, errors: undefined, extensions: undefined })).toBe('{}');
  });

  it('has the data of one object as it was, once for all who share it', () => {
    let reads = 0;
    const data = {
      get value() {
        reads += 1;
        return reads;
      },
    };
    const texts = [1, 2, 3].map((cost) => textOfResult({ data, extensions: { cost } }));
    expect(texts).toEqual([1, 2, 3].map((cost) => `{"data":{"value":1},"extensions":{"cost":${cost}}}`));
  });
});
