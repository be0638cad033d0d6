import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readExactJson, withPlainNumbers, writeExactJson } from '../../../src/autumn/wire/exact-json.ts';
import { decimal } from '../../../src/values/decimal.ts';
import { NumberText } from '../../../src/values/number-text.ts';

describe('exact JSON', () => {
  it('keeps every number as it was written, and leaves numbers in words alone', () => {
    const read = readExactJson('{"a":12345678901234567890.10,"b":["-1e5","1",-0.5E+3],"c\\"1":{"d":null,"e":true}}');
    expect(read).toEqual({
      a: new NumberText('12345678901234567890.10'),
      b: ['-1e5', '1', new NumberText('-0.5E+3')],
      'c"1': { d: null, e: true },
    });
  });

  it('is JSON: whatever JSON.parse refuses is refused, and everything else means the same', () => {
    for (const text of ['{', '01', "{'a':1}", '[1,]', '']) expect(() => readExactJson(text)).toThrow(SyntaxError);
    fc.assert(
      fc.property(fc.json(), (text) => {
        expect(JSON.stringify(withPlainNumbers(readExactJson(text)))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('writes a Decimal as its own digits, and everything else as JSON.stringify does', () => {
    expect(writeExactJson({ a: decimal('12345678901234567890.000000000001'), b: [decimal('-0.1')], c: undefined })).toBe(
      '{"a":12345678901234567890.000000000001,"b":[-0.1]}',
    );
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(JSON.parse(writeExactJson(value))).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});
