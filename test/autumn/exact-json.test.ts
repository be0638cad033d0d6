import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NumberText, readExactJson, toNumeral, withPlainNumbers, writeExactJson } from '../../src/autumn/exact-json.ts';
import { decimal } from '../../src/decimal.ts';

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

  it('reads an exponent as the digits that it stands for', () => {
    const numerals = [
      ['1e-7', '0.0000001'],
      ['1.5E3', '1500'],
      ['-12.34e-1', '-1.234'],
      ['0.05e2', '005'],
      ['1e21', '1000000000000000000000'],
      ['7', '7'],
      ['0', '0'],
    ] as const;
    for (const [text, numeral] of numerals) expect(toNumeral(new NumberText(text))).toBe(numeral);
    expect(toNumeral(new NumberText('1e400'))).toBeUndefined();
  });

  it('reads every double of few digits as the number that JavaScript prints', () => {
    fc.assert(
      fc.property(fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e20, max: 1e20 }), (value) => {
        const numeral = toNumeral(new NumberText(JSON.stringify(value)));
        if (numeral !== undefined) expect(Number(numeral)).toBe(value === 0 ? 0 : value);
      }),
    );
  });
});
