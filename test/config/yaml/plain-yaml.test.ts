import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { readPlainYaml } from '../../../src/config/yaml/plain-yaml.ts';
import { parseAnyYaml } from '../../../src/config/yaml/yaml-tree.ts';

const ROOT = join(import.meta.dirname, '../../..');
const EXAMPLE = readFileSync(join(ROOT, 'config.yaml'), 'utf8');
const FIXTURES = readFileSync(join(ROOT, 'fixtures/config.yaml'), 'utf8');

const MIXED = `# comment
asterisk:
  username: callevents   # why
  secret: \${file:/etc/call-events/ami.secret}
extensions:
  "101":
    did: "+18005550101"
    channels: [PJSIP/101, 'SIP/101']
    events:
    - on: dial-in
      url: https://crm.example.com/a?b=c#d
      params: {a: 1, "b c": x:y}
    -   on: hangup
        method: POST
        url: 'http://127.0.0.1:9/x'
        notes: two words
  0101:
  _1XX: {did: '5'}
  "102":
    events:
      - on: dial-in
        url: https://crm.example.com/alike
  # another
  "103":
    events:
      - on: dial-in
        url: https://crm.example.com/alike
# again
  "104":
    events:
      - on: dial-in
        url: https://crm.example.com/other
  "105":
    notes: |
      two
      # lines
    events: [{ on: hangup, when: { CallFlow: [IN] } }]
  "106":
    notes: |
      two
      # others
    events:
    - on: missed
      body: { text: "a \\" b",
        more: [1] }
ignore:
  - _*X
  - "*8"
`;

/** What the real parser makes of it; a problem counts as nothing. */
function really(source: string): unknown {
  const parsed = parseAnyYaml(source);
  return 'tree' in parsed ? parsed.tree.value : undefined;
}

describe('readPlainYaml', () => {
  it.each([
    ['config.yaml', EXAMPLE],
    ['the config of the fixtures', FIXTURES],
    ['all that it knows', MIXED],
  ])('reads %s as the real parser does', (_, source) => {
    expect(readPlainYaml(source, really)).toEqual(really(source));
    expect(readPlainYaml(source, really)).toBeDefined();
  });

  it('reads blocks that are alike once', () => {
    const { extensions } = readPlainYaml(MIXED, really) as { extensions: Record<string, unknown> };
    expect(extensions['103']).toBe(extensions['102']);
    expect(extensions['104']).not.toBe(extensions['102']);
  });

  it('reads expectations of the fixtures as the real parser does, or leaves them to it', () => {
    for (const file of globSync('fixtures/*/*.yaml', { cwd: ROOT })) {
      const source = readFileSync(join(ROOT, file), 'utf8');
      const value = readPlainYaml(source, really);
      if (value !== undefined) expect([file, value]).toEqual([file, really(source)]);
    }
  });

  it.each([
    ['a: *b', 'an alias'],
    ['a: &b c', 'an anchor'],
    ['a:\tb', 'a tab'],
    ['a: b\r\n', 'CRLF'],
    ['---\na: b', 'a document mark'],
    ['- a', 'a list'],
    ['a: b: c', 'two colons'],
    ['a: |+\n  b\n\nc: d', 'empty lines that belong to a text'],
    ['a: "b\\"\n', 'a quote that is not closed'],
    ['a: b\na: c', 'a key twice'],
    ['a:\n  b: c\n d: e', 'a wrong column'],
    ['a: {b: c, b: d}', 'a key twice in flow'],
    ['<<: b', 'a merge'],
    ['__proto__: b', 'a name of JavaScript'],
    ['', 'nothing'],
    ['# nothing', 'only a comment'],
  ])('leaves all of %j to the real parser: %s', (source) => {
    expect(readPlainYaml(source, really)).toBeUndefined();
  });

  it.each([
    ['b\n   c', 'a scalar that goes on'],
    ['null', 'null'],
    ['"b\\n"', 'an escape'],
    ['|\n    b\n    # c', 'a block scalar'],
    ['|\n    b\n', 'a block scalar, and an empty line'],
    ['!!str 5', 'a tag'],
    ['[b, [c]]', 'nested flow'],
    ['{ b: [c],\n     d: e }', 'flow in lines'],
    ['\n  - { b: [c] }\n  - d', 'a list at the column of its key'],
  ])('gives %j alone to the real parser: %s', (value) => {
    const source = `x:\n  plain: y\n  a: ${value}\n  # end\n  list:\n    - a: ${value.replaceAll('\n', '\n    ')}\n      c: d\nz: 1\n`;
    const given: string[] = [];
    const read = readPlainYaml(source, (text) => {
      given.push(text);
      return really(text);
    });
    expect(really(source)).toBeDefined();
    expect(read).toEqual(really(source));
    expect(given).toHaveLength(2);
    expect(given.join()).not.toMatch(/plain|end|list|c: d|z/);
  });

  it('never differs from the real parser, however the text is spoilt', () => {
    const piece = fc.constantFrom(
      ...[
        ' ',
        '  ',
        '\n',
        '-',
        '- ',
        ':',
        ': ',
        '#',
        ' #',
        '"',
        "'",
        '[',
        ']',
        '{',
        '}',
        ',',
        ', ',
        'a',
        '0',
        '?',
        '? ',
      ],
      ...[
        '&x',
        '*x',
        '!x',
        '|',
        '>',
        '%',
        '@',
        '`',
        '~',
        'null',
        'true',
        '---\n',
        '...\n',
        '\t',
        '\r',
        '\\',
        '<<',
        'é',
        '.',
        '\n\n',
      ],
    );
    const edit = fc.record({ at: fc.nat(MIXED.length), drop: fc.nat(3), put: fc.array(piece, { maxLength: 3 }) });
    fc.assert(
      fc.property(fc.array(edit, { minLength: 1, maxLength: 3 }), (edits) => {
        let source = MIXED;
        for (const { at, drop, put } of edits) source = source.slice(0, at) + put.join('') + source.slice(at + drop);
        const value = readPlainYaml(source, really);
        if (value !== undefined) expect(value).toEqual(really(source));
      }),
      { numRuns: 6000 },
    );
  });

  it('never differs on short texts either', () => {
    const piece = fc.constantFrom(
      'a',
      'b',
      ':',
      ': ',
      ' ',
      '  ',
      '\n',
      '- ',
      '-',
      '#',
      '"',
      "'",
      '[',
      ']',
      '{',
      '}',
      ',',
      '0',
    );
    fc.assert(
      fc.property(fc.array(piece, { minLength: 1, maxLength: 14 }), (pieces) => {
        const source = pieces.join('');
        const value = readPlainYaml(source, really);
        if (value !== undefined) expect(value).toEqual(really(source));
      }),
      { numRuns: 30_000 },
    );
  });
});
