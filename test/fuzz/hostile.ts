/** Values that no app should send: at the edges of each type, and of no type at all. */

/** Counted in answers: none repeats more than 200 of them. */
export const MARK = 'ж';

const deep = (levels: number): unknown => JSON.parse(`${'{"a":'.repeat(levels)}1${'}'.repeat(levels)}`);
const cursor = (...parts: readonly unknown[]) => Buffer.from(JSON.stringify(parts)).toString('base64url');

const TEXTS = [
  ...[
    '',
    ' ',
    '\n',
    '\t',
    '\u0000',
    'a\u0000b',
    '\ud83d',
    'a\udc00',
    '\ufeff',
    '\u202e',
    '\u200b',
    'é',
    'e\u0301',
    '😀',
    '👩‍👩‍👧‍👦',
    '٣',
    'ﷺ',
  ],
  ...["'; DROP TABLE ledger_entry; --", '" OR 1=1', '%', '_', '\\', '\\u0000', '%00', '../../etc/passwd', '{{7*7}}', '<script>'],
  ...[
    'null',
    'undefined',
    'NaN',
    'true',
    '0',
    '__proto__',
    'constructor',
    'toString',
    'hasOwnProperty',
    '$1',
    ':a',
    '?',
    '{PURCHASE_ID}',
  ],
  ...[
    MARK.repeat(200),
    MARK.repeat(201),
    MARK.repeat(5_000),
    '😀'.repeat(200),
    '"'.repeat(200),
    '\\'.repeat(300),
    'x '.repeat(2_000),
  ],
];
const NUMERALS = [
  ...['0', '-0', '-1', '00', '1.', '.5', '+5', '1e5', '1E-5', '0x10', '1_000', '1,5', 'Infinity', '-', '.', '٣', ' 1', '1\n'],
  ...[
    '0.000000000001',
    '0.0000000000001',
    '99999999999999999999999999',
    '100000000000000000000000000',
    '-99999999999999999999999999',
  ],
  ...['99999999999999999999999999.999999999999', `0.${'0'.repeat(500)}1`, '9'.repeat(400), `1.${'3'.repeat(5_000)}`],
];
const NUMBERS = [
  ...[
    0,
    -0,
    1,
    -1,
    0.5,
    0.1 + 0.2,
    0.040587500000000006,
    1e-7,
    5e-324,
    1e21,
    1.7976931348623157e308,
    -1.7976931348623157e308,
    1e26,
  ],
  ...[101, 1_001, 32_768, 2 ** 31 - 1, 2 ** 31, -(2 ** 31), -(2 ** 31) - 1, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 2 ** 63, 2 ** 64],
];
const INSTANTS = [
  ...[
    '0000-01-01T00:00:00Z',
    '0001-01-01T00:00:00Z',
    '0001-01-01T00:00:00+23:59',
    '1969-12-31T23:59:59.999Z',
    '1970-01-01T00:00:00Z',
  ],
  ...[
    '9999-12-31T23:59:59.999Z',
    '9999-12-31T23:59:59-23:59',
    '2024-02-29T00:00:00Z',
    '2026-02-29T00:00:00Z',
    '2016-12-31T23:59:60Z',
  ],
  ...['2026-01-31T24:00:00Z', '2026-01-31T12:00:00', '2026-01-31', '2026-01-31T12:00:00.123456789Z', '+275760-09-13T00:00:00Z'],
  ...['2026-13-01T00:00:00Z', '2026-01-31t12:00:00z', '2026-01-31T12:00:00+99:99', '2026-01-31 12:00:00Z'],
];
const OBJECTS: readonly unknown[] = [
  ...[
    {},
    { a: 1 },
    { '': '' },
    { '\u0000': 1 },
    { a: '\u0000' },
    { a: '\ud800' },
    { a: 2 ** 53 },
    { a: 1e308 },
    { a: [[[]]] },
    deep(99),
    deep(101),
  ],
  ...[deep(1_500), JSON.parse('{"__proto__":{"a":1},"constructor":1}'), { a: MARK.repeat(20_000) }, { [MARK.repeat(5_000)]: 1 }],
  Object.fromEntries(Array.from({ length: 60 }, (_, n) => [`k${n}`, 'v'])),
];
export const CURSORS = [
  ...[
    cursor('1'),
    cursor('0'),
    cursor('999999999999999999'),
    cursor('-1'),
    cursor(1),
    cursor(),
    cursor('1', '2'),
    cursor('\u0000', '\u0000'),
  ],
  ...[
    cursor('2026-01-31T00:00:00.000Z', 'ada'),
    cursor('2026-01-31T00:00:00.000Z', '\ud800'),
    cursor('+275760-09-13', 'a'),
    cursor('x', 'a'),
  ],
  ...['bnVsbA', 'e30', '====', '', MARK.repeat(3_000)],
];

/** Of no type in the schema. */
export const WRONG: readonly unknown[] = [
  ...[
    null,
    true,
    false,
    [],
    [[]],
    [null],
    {},
    { a: 1 },
    ...TEXTS,
    ...NUMBERS,
    deep(20),
    Array.from({ length: 1_500 }, (_, n) => n),
  ],
  Array.from({ length: 50 }, () => ({ [MARK.repeat(100)]: MARK.repeat(100) })),
];

export const EDGES: Readonly<Record<string, readonly unknown[]>> = {
  ID: [...TEXTS, 5],
  String: [...TEXTS, ...CURSORS],
  Int: NUMBERS,
  Decimal: [...NUMERALS, ...NUMBERS],
  DateTime: INSTANTS,
  SafeInt: NUMBERS,
  JSONObject: OBJECTS,
};
