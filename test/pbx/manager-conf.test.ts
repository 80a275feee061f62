import { describe, expect, it } from '@jest/globals';
import { classesOf, generalOf, readManagerConf, settingOf } from '../../src/pbx/manager-conf.ts';

/** Reads manager.conf among these files below /etc/asterisk. */
function read(files: Record<string, string>) {
  const paths = new Map(Object.entries(files).map(([name, text]) => [`/etc/asterisk/${name}`, text]));
  const conf = readManagerConf('/etc/asterisk', {
    read: (path) => paths.get(path),
    exists: (path) => paths.has(path),
    glob: (pattern) =>
      pattern.includes('*')
        ? [...paths.keys()].filter((path) => path.startsWith(pattern.split('*')[0] ?? '')).sort()
        : [pattern],
  });
  if (conf === undefined) throw new Error('there is no manager.conf');
  return conf;
}

describe('manager.conf, as Asterisk reads it', () => {
  it('goes through includes of every form, in their order, and not round in circles', () => {
    const conf = read({
      'manager.conf': '#include "a.conf"\n#tryinclude <b.conf>\n#include manager.d/*.conf\n#include missing.conf\n',
      'a.conf': '[a]\n#include manager.conf\n',
      'b.conf': '[b]\n',
      'manager.d/c.conf': '[c]\n',
    });
    expect([...new Set(conf.sections.map(({ name }) => name))]).toEqual(['a', 'b', 'c']);
    expect(conf.includes.find(({ pattern }) => pattern.endsWith('missing.conf'))).toMatchObject({ line: 4 });
  });

  it('leaves comments out', () => {
    const conf = read({
      'manager.conf':
        '[u] ; me\nsecret = a\\;b ; c\n;read = x\n;-- write = y\n[v]\n--; read => all , call\n;---- a ruler ----;\n',
    });
    expect(conf.sections.map(({ name }) => name)).toEqual(['u']);
    expect(settingOf(conf, 'u', 'secret')?.value).toBe('a\\;b');
    expect([classesOf(conf, 'u', 'read'), classesOf(conf, 'u', 'write')]).toEqual([['all', 'call'], []]);
  });

  it('takes the first [general] and what adds to it; of a key the last', () => {
    const conf = read({
      'manager.conf':
        '[general]\nenabled = no\nport=5039\n[general](+)\nenabled = yes\n[general]\nenabled = no\nport = 1\n',
    });
    expect(generalOf(conf)).toMatchObject({ enabled: true, port: 5039, ignored: [{ line: 6 }] });
  });

  it.each([
    ['0.0.0.0', undefined],
    ['::', undefined],
    ['127.0.0.1', '127.0.0.1'],
  ])('listens on %s', (bindaddr, expected) => {
    expect(generalOf(read({ 'manager.conf': `[general]\nbindaddr=${bindaddr}\n` })).bindaddr).toBe(expected);
  });

  // As Asterisk 22.10 was asked with "manager show settings" and "manager show user callevents".
  it('goes on with the section of the line that includes, in the included file and after it', () => {
    const conf = read({
      'manager.conf': '[general]\n#include "manager.d/*.conf"\nenabled = yes\nport = 5099\n',
      'manager.d/a.conf': 'webenabled = yes\n[CallEvents]\nread = all\n',
      'manager.d/b.conf': 'timestampevents = yes\n[callevents]\nread = call\n',
    });
    expect(generalOf(conf)).toMatchObject({ enabled: true, port: 5099, timestampevents: true });
    expect(classesOf(conf, 'callevents', 'read')).toEqual(['call']);
  });

  it('reads templates, line ends of Windows and [General] as Asterisk does', () => {
    const conf = read({
      'manager.conf':
        '[defaults](!)\r\nenabled = yes\r\nport = 5039\r\n[General](defaults)\r\nbindaddr = [::1]\r\nport = 5040\r\n[general](!)\r\nport = 1\r\n',
    });
    expect(generalOf(conf)).toMatchObject({ enabled: true, port: 5040, bindaddr: '::1', ignored: [] });
  });

  it('says where a program would be run', () => {
    const conf = read({ 'manager.conf': '[general]\n#exec "/usr/bin/users"\n' });
    expect(conf.programs).toEqual([{ file: '/etc/asterisk/manager.conf', line: 2 }]);
  });
});
