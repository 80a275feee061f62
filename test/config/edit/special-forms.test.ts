import { describe, expect, it } from '@jest/globals';
import type { Change } from '../../../src/config/edit/config-change.ts';
import { applyChanges } from '../../../src/config/edit/text/apply-changes.ts';
import { readEntry } from '../../../src/config/edit/text/extension-entries.ts';

let count = 0;
const edit = (text: string, ...changes: Change[]) => applyChanges(text, changes, { newId: () => `new${count++}` });
const rule = { on: 'hangup', id: 'x1', method: 'POST', url: 'https://crm.example.com/a', status: 'enabled' };
const add = (extension = '101'): Change => ({ kind: 'add rule', extension, rule });

/** Only this was put into the text. */
function expectAdded(before: string, after: string, added: string): void {
  const at = after.indexOf(added);
  expect(at).toBeGreaterThanOrEqual(0);
  expect(after.slice(0, at) + after.slice(at + added.length)).toBe(before);
}

describe('adding to what is empty, or not there', () => {
  it('a file with nothing in it', () => {
    expect(edit('', add())).toBe(
      'extensions:\n  "101":\n    events:\n      - on: hangup\n        id: x1\n        method: POST\n        url: https://crm.example.com/a\n        status: enabled\n',
    );
  });

  it('a file with comments alone', () => {
    expect(edit('# nothing yet', add())).toMatch(/^# nothing yet\nextensions:\n {2}"101":\n/);
  });

  it('a file without extensions', () => {
    const text = 'asterisk:\n    username: a\n    secret: b # !\nlog:\n    level: info\n';
    expect(edit(text, add())).toBe(
      `${text}extensions:\n    "101":\n        events:\n            - on: hangup\n              id: x1\n              method: POST\n              url: https://crm.example.com/a\n              status: enabled\n`,
    );
  });

  it.each(['extensions:', 'extensions: {}', 'extensions: ~', 'extensions: # none yet'])('%s', (text) => {
    const after = edit(`${text}\nlog: { level: info }\n`, add());
    expect(readEntry(after, { extension: '101' })).toEqual({ events: [rule] });
    expect(after).toMatch(/\nlog: \{ level: info \}\n$/);
    expect(
      after.startsWith(text.includes('#') ? 'extensions: # none yet\n  "101":\n' : 'extensions:\n  "101":\n'),
    ).toBe(true);
  });

  it('`events: []`, with what is said beside it', () => {
    const text = 'extensions:\n  "101":\n    events: [] # none so far\n    did: "1"\n';
    const after = edit(text, add());
    expect(after).toMatch(/^ {4}events: # none so far\n {6}- on: hangup\n {8}id: x1\n/m);
    expect(edit(after, { kind: 'remove rule', extension: '101', id: 'x1' })).toBe(text);
  });

  it.each(['"101":', "'101': {}", '101: ~ # later'])('%s', (entry) => {
    const after = edit(`extensions:\n  ${entry}\n  _1XX: { did: "5" }\n`, add());
    expect(readEntry(after, { extension: '101' })).toEqual({ events: [rule] });
    expect(after).toContain('\n  _1XX: { did: "5" }\n');
  });
});

describe('flows', () => {
  it('add a rule to a list in brackets', () => {
    const text =
      'extensions:\n  "101": { did: "5", events: [{ on: dial-in, url: "https://a.example/?x=1" }] } # short\n';
    const added = ', { on: hangup, id: x1, method: POST, url: https://crm.example.com/a, status: enabled }';
    expectAdded(text, edit(text, add()), added);
  });

  it('change one value of a rule in braces', () => {
    const text =
      "extensions:\n  '101':\n    events:\n    - { on: dial-in, url: 'https://a.example/', status: enabled, id: a } # b\n";
    const change = (status: string): Change => ({ kind: 'change rule', extension: '101', id: 'a', rule: { status } });
    expect(edit(text, change('disabled'))).toBe(text.replace('status: enabled', 'status: disabled'));
  });

  it('stay JSON where the file is JSON', () => {
    const text = `${JSON.stringify({ extensions: { 101: { events: [{ on: 'dial-in', id: 'a', url: 'https://a.example/' }] } } }, null, 2)}\n`;
    const after = edit(text, add(), {
      kind: 'change rule',
      extension: '101',
      id: 'a',
      rule: { notes: 'Hi', headers: { A: 'b' } },
    });
    expect(JSON.parse(after).extensions['101'].events).toEqual([
      { on: 'dial-in', id: 'a', url: 'https://a.example/', notes: 'Hi', headers: { A: 'b' } },
      rule,
    ]);
    const removed = edit(text, { kind: 'remove rule', extension: '101', id: 'a' });
    expect(JSON.parse(removed).extensions['101']).toEqual({ events: [] });
  });
});

describe('anchors and aliases', () => {
  const shared =
    'extensions:\n  "101": &one\n    events:\n      - { on: dial-in, id: a, url: https://a.example/ }\n  "102": *one\n';

  it('refuse a change that would reach others', () => {
    expect(() => edit(shared, add('101'))).toThrow(/would change 102 as well, by an alias/);
  });

  it('refuse a change of what is another one', () => {
    expect(() => edit(shared, add('102'))).toThrow(/extension 102 has this from \*one, and shares it with others/);
  });

  it('change what is not shared beside what is', () => {
    const text =
      'extensions:\n  "101":\n    events:\n      - on: dial-in\n        id: a\n        url: &u https://a.example/\n  "102":\n    events:\n      - { on: hangup, id: b, url: *u }\n';
    const disable: Change = { kind: 'change rule', extension: '102', id: 'b', rule: { status: 'disabled' } };
    expectAdded(text, edit(text, disable), ', status: disabled');
    expect(edit(text, { kind: 'change rule', extension: '102', id: 'b', rule: { url: 'https://b.example/' } })).toBe(
      text.replace('*u', '"https://b.example/"').replace('"https://b.example/"', 'https://b.example/'),
    );
    expect(() =>
      edit(text, { kind: 'change rule', extension: '101', id: 'a', rule: { url: 'https://b.example/' } }),
    ).toThrow(/would change 102 as well/);
    expect(() => edit(text, { kind: 'remove rule', extension: '101', id: 'a' })).toThrow(
      /cannot be changed|would change/,
    );
  });
});

describe('texts on lines of their own', () => {
  const text =
    'extensions:\n  "101":\n    events:\n      - on: dial-in\n        id: a\n        notes: |\n          first\n\n          second\n\n        # about the URL\n        url: https://a.example/\n';

  it('are replaced as a whole', () => {
    const after = edit(text, { kind: 'change rule', extension: '101', id: 'a', rule: { notes: 'one: line' } });
    expect(after).toBe(text.replace('|\n          first\n\n          second', '"one: line"'));
  });

  it('are taken out as a whole', () => {
    const after = edit(text, { kind: 'change rule', extension: '101', id: 'a', rule: { notes: null } });
    expect(after).toBe(text.replace('        notes: |\n          first\n\n          second\n', ''));
  });

  it('keep a line end within a text that is new', () => {
    const after = edit(text, { kind: 'change rule', extension: '101', id: 'a', rule: { notes: 'a\nb' } });
    expect(after).toContain('notes: "a\\nb"\n');
  });
});

it('says where it has no rule, and no extension, of this name', () => {
  expect(() => edit('extensions: { "101": {} }', { kind: 'remove rule', extension: '101', id: 'a' })).toThrow(
    '101 has no rule with the Event ID a',
  );
  expect(() => edit('extensions: { "101": {} }', { kind: 'change extension', extension: '9', settings: {} })).toThrow(
    '9 is not in config.yaml',
  );
  expect(() => edit('extensions: [', add())).toThrow(/cannot be read as YAML/);
});

describe('extensions of one server of a list', () => {
  const east = { server: 'east', extension: '101' } as const;
  const added = { kind: 'add rule', ...east, rule } as const;

  it('are changed in braces, too', () => {
    const text =
      'asterisk: [{ name: west, host: a }, { name: east, host: b, extensions: { "101": { did: "5" } } }] # both\n';
    const after = edit(text, { kind: 'change extension', ...east, settings: { did: '6' } });
    expect(after).toBe(text.replace('"5"', '"6"'));
    expect(edit(text, { kind: 'remove extension', ...east })).toBe(text.replace('{ "101": { did: "5" } }', '{}'));
  });

  it('get a map of their own where the server has none', () => {
    const text = 'asterisk:\n  - name: east # ours\n    host: a\n  - name: west\nextensions: {}\n';
    const after = edit(text, added);
    expect(after).toMatch(
      /host: a\n {4}extensions:\n {6}"101":\n {8}events:\n[\s\S]*\n {2}- name: west\nextensions: \{\}\n$/,
    );
    expect(readEntry(after, east)).toEqual({ events: [rule] });
    expect(readEntry(after, { extension: '101' })).toBeUndefined();
  });

  it("copy a pattern's rules that stands for all, each server with Event IDs of its own", () => {
    const text =
      'extensions: { _1XX: { events: [{ on: hangup, url: "https://a.example/" }] } }\nasterisk:\n  - name: east\n  - name: west\n';
    const own = (server: string) =>
      ({ kind: 'own rules', server, extension: '101', from: { extension: '_1XX' } }) as const;
    const after = edit(edit(text, own('east')), own('west'));
    const [inEast, inWest] = ['east', 'west'].map((server) => readEntry(after, { extension: '101', server })?.events);
    expect(inEast).not.toEqual(inWest);
    expect(inEast).toEqual([{ on: 'hangup', id: expect.any(String), url: 'https://a.example/' }]);
  });

  it('say that there is no such server', () => {
    const change = { kind: 'change extension', extension: '101', server: 'north', settings: {} } as const;
    expect(() => edit('asterisk: [{ name: east }]\n', change)).toThrow('asterisk in config.yaml has no server north');
  });
});
