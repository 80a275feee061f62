// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { parseConfig } from '../../src/config/load.ts';
import { resolveReferences, SecretError } from '../../src/config/resolve-references.ts';
import { problemsIn } from '../helpers/config-problems.ts';

const directory = mkdtempSync(join(tmpdir(), 'call-events-secrets-'));
writeFileSync(join(directory, 'plain'), 's3cret');
writeFileSync(join(directory, 'line'), 's3cret\n');
writeFileSync(join(directory, 'crlf'), 's3cret\r\n');
writeFileSync(join(directory, 'empty'), '\n');
mkdirSync(join(directory, 'directory'));
const env = { TOKEN: 't0ken', EMPTY: '', CREDENTIALS_DIRECTORY: directory };

function resolve(text: string, environment: NodeJS.ProcessEnv = env) {
  const found: string[] = [];
  return { text: resolveReferences(text, environment, (secret) => found.push(secret)), found };
}

describe('references to secrets', () => {
  it.each([
    [`\${file:${directory}/plain}`, 's3cret'],
    [`\${file:${directory}/line}`, 's3cret'],
    [`\${file:${directory}/crlf}`, 's3cret'],
    ['${env:TOKEN}', 't0ken'],
    ['${credential:line}', 's3cret'],
    ['Bearer ${env:TOKEN}', 'Bearer t0ken'],
    ['${env:TOKEN}:${credential:line}', 't0ken:s3cret'],
    ['${TOKEN} $5 ${other:x}', '${TOKEN} $5 ${other:x}'],
  ])('%s', (reference, expected) => {
    expect(resolve(reference).text).toBe(expected);
  });

  it('are reported, so that they can be kept out of logs', () => {
    expect(resolve('a ${env:TOKEN} b ${credential:line}').found).toEqual(['t0ken', 's3cret']);
  });

  it('are taken as they are: a secret that looks like a reference is none', () => {
    expect(resolve('${env:A}', { A: '${env:B} $& $1', B: 'x' }).text).toBe('${env:B} $& $1');
  });

  it.each([
    ['${env:NOT_SET}', 'the environment variable NOT_SET is not set'],
    ['${env:EMPTY}', 'the secret ${env:EMPTY} is empty'],
    ['${env:}', '${env:} names nothing'],
    ['${file:/nowhere/secret}', 'there is no file /nowhere/secret'],
    [`\${file:${directory}/directory}`, `${directory}/directory is a directory`],
    [`\${file:${directory}/empty}`, `the secret \${file:${directory}/empty} is empty`],
    ['${credential:none}', `there is no file ${directory}/none`],
    ['${credential:../plain}', `a credential's name has no "/"`],
  ])('%s is refused', (reference, said) => {
    expect(() => resolve(reference)).toThrow(new SecretError(said));
  });

  it('look for a credential where the unit loads it from, outside of systemd', () => {
    expect(resolve('${credential:line}', { CONFIGURATION_DIRECTORY: directory }).text).toBe('s3cret');
    expect(() => resolve('${credential:x}', {})).toThrow('there is no file /etc/call-events/x');
  });
});

describe('in config.yaml', () => {
  const source = `asterisk: {username: a, secret: "\${env:TOKEN}"}
delivery: {signing: {secrets: ["whsec_\${env:KEY}"]}}
extensions:
  "101":
    events:
      - on: hangup
        url: https://crm.example.com/\${env:PATH_SECRET}/x
        headers: {Authorization: "Bearer \${env:TOKEN}"}
`;
  const environment = { TOKEN: 't0ken', PATH_SECRET: 'p4th', KEY: 'MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };

  it('stand in the secret, in URLs, headers and signing', () => {
    const { servers, extensions, delivery, secrets } = parseConfig(source, 'c', { env: environment });
    const rule = extensions[0]?.rules?.[0];
    expect([servers[0]?.secret, rule?.url, rule?.headers, delivery.signing?.secrets]).toEqual([
      't0ken',
      'https://crm.example.com/p4th/x',
      { Authorization: 'Bearer t0ken' },
      [`whsec_${environment.KEY}`],
    ]);
    expect(secrets).toEqual(expect.arrayContaining(Object.values(environment)));
  });

  it('stay as they are written where nothing is sent', () => {
    const config = parseConfig(source, 'c', { secrets: 'keep', env: {} });
    expect(config.servers[0]?.secret).toBe('${env:TOKEN}');
    expect(config.extensions[0]?.rules?.[0]?.url).toBe('https://crm.example.com/${env:PATH_SECRET}/x');
  });

  it('are each reported when they are missing', () => {
    expect(problemsIn(source)).toEqual([
      '1:33: asterisk.secret: the environment variable TOKEN is not set',
      '2:32: delivery.signing.secrets[0]: the environment variable KEY is not set',
      '7:14: extensions.101.events[0].url: the environment variable PATH_SECRET is not set',
      '8:34: extensions.101.events[0].headers.Authorization: the environment variable TOKEN is not set',
    ]);
  });
});

describe('a secret is in no message', () => {
  it.each([
    'asterisk: {username: a, secret: [s3cret]}',
    'asterisk: {username: a, secret: {s3cret: x}}',
    'asterisk: secret:s3cret',
    'asterisk:\n  username:a\n  secret:s3cret',
    'asterisk:\n  username: a\n  secret: *s3cret',
    'asterisk:\n  username: a\n  secret: &s3cret',
    'asterisk:\n  username: a\n  secret: !s3cret',
    'asterisk:\n  username: a\n  secret: !s3cret b',
    'asterisk:\n  username: a\n  secret: |s3cret',
    'asterisk:\n  username: a\n  secret: >s3cret',
    'asterisk:\n  username: a\n  secret: %s3cret',
    'asterisk:\n  username: a\n  secret: @s3cret',
    'asterisk:\n  username: a\n  secret: "x"s3cret',
    'asterisk:\n  username: a\n  secret: "s3cret',
    'asterisk:\n  username: a\n  secret: a: s3cret',
    'asterisk:\n  username: a\n  secret s3cret',
    'asterisk:\n  username: a\n  secret: "a\\ns3cret"\nextensions: {}',
    'extensions: {101: {events: [{on: hangup, url: "http://a/", headers: "X: s3cret"}]}}',
    'extensions: {101: {events: [{on: hangup, url: "s3cret", headers: {A: [s3cret]}}]}}',
    'extensions: {}\ndelivery: {signing: {secrets: [s3cret]}}',
    'extensions: {}\ndelivery: {signing: {secrets: s3cret}}',
    'extensions: {}\ndelivery: {signing: s3cret}',
    'extensions: {}\ndelivery: {signing: whsec_s3cret}',
  ])('%s', (source) => {
    const problems = problemsIn(source);
    expect(problems).not.toEqual([]);
    expect(problems.join('\n')).not.toContain('s3cret');
  });
});
