// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${env:…} is what an administrator writes, not a template.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { formatProblem } from '../../../src/config/config-problem.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { problemsIn } from '../../helpers/config-problems.ts';
import { AUTHORITY } from '../../helpers/house-authority.ts';

const directory = mkdtempSync(join(tmpdir(), 'call-events-receivers-'));

function file(name: string, text: string): string {
  const path = join(directory, name);
  writeFileSync(path, text);
  return path;
}

const CA = file('ca.pem', AUTHORITY);

const config = (delivery: string, tls = '') =>
  `asterisk: {username: u, secret: s}
delivery: ${delivery}
extensions:
  "101":
    events: [{on: hangup, url: "https://crm.house.test/"${tls}}]
`;

const read = (source: string, env = {}) => parseConfig(source, 'c', { env });

describe('certificate authorities', () => {
  it('are read, for all receivers and for those of a rule', () => {
    const { delivery, extensions } = read(config(`{tls: {ca: ${CA}}}`, `, tls: {ca: ${CA}}`));
    expect(delivery.tls?.ca).toBe(AUTHORITY.trim());
    expect(extensions[0]?.rules?.[0]?.tls).toEqual({ ca: AUTHORITY.trim(), rejectUnauthorized: true });
  });

  it.each([
    ['is missing', '/nowhere.pem', 'the file /nowhere.pem cannot be read (ENOENT)'],
    ['holds none', file('key.pem', 'PRIVATE'), `${join(directory, 'key.pem')} holds no certificate in PEM`],
    [
      'is damaged',
      file('cut.pem', `${AUTHORITY}${AUTHORITY.replace('MII', 'MIJ')}`),
      `${join(directory, 'cut.pem')}: its certificate number 2 is damaged`,
    ],
  ])('in a file that %s are an error at their place', (_, path, said) => {
    expect(problemsIn(config(`{tls: {ca: ${path}}}`))).toEqual([`2:22: delivery.tls.ca: ${said}`]);
    expect(problemsIn(config('{}', `, tls: {ca: ${path}}`))).toEqual([
      `5:69: extensions.101.events[0].tls.ca: ${said}`,
    ]);
  });

  it('that are not asked for are said: at each start the log has the hints', () => {
    const { hints } = read(config('{}', ', tls: {rejectUnauthorized: false}'));
    expect(hints.map((hint) => formatProblem('c', hint))).toEqual([
      'c:5:85: extensions.101.events[0].tls.rejectUnauthorized: any certificate is taken: a machine on the way can read and answer these requests. `ca: FILE` trusts the right one alone',
    ]);
  });

  it('can be left out for one rule only', () => {
    expect(problemsIn(config('{tls: {rejectUnauthorized: false}}'))).toHaveLength(1);
  });
});

describe('a proxy', () => {
  it('is a URL, or that with what is passed by; its password is a secret', () => {
    expect(read(config('{proxy: "http://proxy:3128"}')).delivery.proxy).toEqual({ url: 'http://proxy:3128', no: [] });
    const { delivery, secrets } = read(
      config('{proxy: {url: "http://me:${env:PASSWORD}@proxy:3128", no: [example.com, .lan, 10.0.0.0/8, "::1"]}}'),
      { PASSWORD: 'a%40b' },
    );
    expect(delivery.proxy?.url).toBe('http://me:a%40b@proxy:3128');
    expect(secrets).toEqual(expect.arrayContaining(['a%40b', 'a@b', Buffer.from('me:a@b').toString('base64')]));
  });

  it.each([
    ['proxy:3128', 'expected the URL of a proxy'],
    ['https://proxy:3128', 'the proxy itself is spoken to without TLS'],
    ['http://me:geheim/x@proxy', 'expected the URL of a proxy'],
    ['http://proxy/path', 'has more than user, password, name and port'],
    ['http://me:100%@proxy', 'stands for nothing'],
  ])('%s is refused at its place, and nothing of it is shown', (url, said) => {
    const [problem = ''] = problemsIn(config(`{proxy: "${url}"}`));
    expect(problem).toContain('2:19: delivery.proxy: ');
    expect(problem).toContain(said);
    expect(problem).not.toContain('geheim');
  });

  it('is not passed by for what is neither name nor network', () => {
    expect(problemsIn(config('{proxy: {url: "http://proxy", no: [10.0.0.0/99]}}'))).toEqual([
      '2:46: delivery.proxy.no[0]: "10.0.0.0/99": expected a name, an address or a network, such as example.com or 10.0.0.0/8',
    ]);
  });
});
