import { describe, expect, it } from '@jest/globals';
import { asteriskFolder, namedFolder, runUserIn } from '../../src/pbx/asterisk-folder.ts';
import type { ConfigFiles } from '../../src/pbx/manager-conf.ts';
import type { RunningAsterisk } from '../../src/pbx/running-asterisk.ts';

const files = (texts: Record<string, string>): ConfigFiles => ({
  read: (path) => texts[path],
  exists: (path) => texts[path] !== undefined,
  glob: (pattern) => [pattern],
});

const started = (settings: string): RunningAsterisk => ({ uid: 0, gid: 0, program: undefined, settings });

describe("Asterisk's folder of configuration", () => {
  it.each([
    ['/etc/asterisk', undefined],
    ['/usr/local/etc/asterisk', '/usr/local/etc/asterisk/asterisk.conf'],
    ['/opt/asterisk/etc/asterisk', '/opt/asterisk/etc/asterisk/asterisk.conf'],
  ])('is %s where manager.conf is there', (etc, settings) => {
    const there = files({ [`${etc}/manager.conf`]: '', [`${etc}/asterisk.conf`]: '' });
    expect(asteriskFolder(undefined, there)).toEqual({ etc, settings });
  });

  it('is where asterisk.conf says, and not where a template says', () => {
    const moved = '[directories](!)\nastetcdir => /nowhere\n[directories]\nastetcdir => /etc/pbx ; moved\n';
    const there = files({ '/etc/asterisk/asterisk.conf': moved, '/etc/pbx/manager.conf': '' });
    expect(asteriskFolder(undefined, there)).toEqual({ etc: '/etc/pbx', settings: undefined });
  });

  it('is that of the Asterisk that runs, before a usual one that is left over', () => {
    const there = files({
      '/etc/asterisk/manager.conf': '',
      '/srv/pbx/asterisk.conf': '',
      '/srv/pbx/manager.conf': '',
    });
    expect(asteriskFolder(started('/srv/pbx/asterisk.conf'), there)).toEqual({
      etc: '/srv/pbx',
      settings: '/srv/pbx/asterisk.conf',
    });
  });

  it('is nowhere', () => {
    expect(asteriskFolder(undefined, files({ '/etc/asterisk/asterisk.conf': '' }))).toBeUndefined();
  });

  it('says whom Asterisk runs as', () => {
    const there = files({ '/srv/pbx/asterisk.conf': '[options]\nrunuser = pbx\n' });
    expect(runUserIn(namedFolder('/srv/pbx', there), there)).toBe('pbx');
    expect(runUserIn(namedFolder('/etc/asterisk', there), there)).toBeUndefined();
  });
});
