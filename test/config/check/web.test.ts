// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import { describe, expect, it } from '@jest/globals';
import { ConfigError } from '../../../src/config/config-problem.ts';
import { parseConfig } from '../../../src/config/load.ts';
import { temporaryDirectory } from '../../helpers/temporary.ts';
import { CERTIFICATE, PRIVATE_KEY, RENEWED_KEY } from '../../helpers/tls-certificate.ts';

const HASH = '$argon2id$v=19$m=19456,t=2,p=1$FhNQuH+kfmqFb5J/JgQ1xg$Ysm9ptU9IJBkje5UkAtYr8Gxt9xOfkiKFvab4yIYk0A';
const TOKEN = '0123456789abcdef';
const directory = temporaryDirectory();

/** What is wrong with `web:`. @param web in flow style, without its braces */
function problems(web: string, options: Parameters<typeof parseConfig>[2] = {}): string[] {
  try {
    parseConfig(`extensions: {}\nweb: { ${web} }\n`, 'c', { require: 'extensions', env: {}, ...options });
    return [];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return error.problems.map(({ line, key, message }) => `${line} ${key}: ${message}`);
  }
}

const read = (web: string) =>
  parseConfig(`extensions: {}\nweb: { ${web} }\n`, 'c', { require: 'extensions', env: {} }).web;

describe('web', () => {
  it('is off when it is left out', () => {
    expect(parseConfig('extensions: {}', 'c', { require: 'extensions' }).web).toMatchObject({
      enabled: false,
      host: '127.0.0.1',
      port: 9466,
      path: '/',
    });
  });

  it('needs a password, or a user with one', () => {
    expect(problems('enabled: true')).toEqual([
      '2 web.enabled: the page needs a password: `call-events password` makes the line for web.password',
    ]);
    expect(problems(`enabled: true, password: "${HASH}"`)).toEqual([]);
    expect(problems(`enabled: true, users: [{ name: desk, password: "${HASH}" }]`)).toEqual([]);
    expect(problems('enabled: true', { webPassword: 'optional' })).toEqual([]);
  });

  it.each([
    ['a password in the clear', 'password: secret'],
    ['another hash', "password: '$2b$12$abcdefghijklmnopqrstuuABCDEFGHIJKLMNOPQRSTUVWXYZ01234'"],
    ['a hash that costs a gigabyte', `password: "${HASH.replace('m=19456', 'm=1048576')}"`],
    ['a hash that was cut', `password: "${HASH.slice(0, 60)}"`],
  ])('takes no %s', (_, web) => {
    const [problem = '', ...others] = problems(`enabled: true, ${web}`);
    expect([problem, others]).toEqual([expect.stringContaining('2 web.password: is not a hash of a password'), []]);
    // It may be the password itself.
    expect(problem).not.toContain(': secret');
  });

  it('takes passwords and tokens from files', () => {
    directory.write('hash', `${HASH}\n`);
    directory.write('token', `${TOKEN}\n`);
    const { password, tokens } = read(
      `enabled: true, password: "\${file:${directory.path}/hash}", tokens: [{ name: crm, token: "\${file:${directory.path}/token}" }]`,
    );
    expect([password, tokens]).toEqual([HASH, [{ name: 'crm', token: TOKEN, access: 'read' }]]);
    expect(problems('enabled: true, password: "${file:/nowhere}"')).toEqual([
      '2 web.password: there is no file /nowhere',
    ]);
  });

  it('keeps passwords and tokens out of logs', () => {
    const web = `password: "${HASH}", tokens: [{ name: crm, token: ${TOKEN} }]`;
    expect(parseConfig(`extensions: {}\nweb: { ${web} }`, 'c', { require: 'extensions' }).secrets).toEqual([
      HASH,
      TOKEN,
    ]);
  });

  it.each([
    [`users: [{ name: admin, password: "${HASH}" }]`, 'web.users[0].name: "admin" is the name of the one'],
    [
      `users: [{ name: a, password: "${HASH}" }, { name: a, password: "${HASH}" }]`,
      'web.users[1].name: "a" is there already',
    ],
    ['users: [{ name: desk }]', 'web.users[0].password: is missing'],
    [
      'users: [{ name: desk, password: x, access: admin }]',
      'web.users[0].access: "admin": expected one of: read, write',
    ],
    ['tokens: [{ name: crm, token: short }]', 'web.tokens[0].token: expected at least 16 letters'],
    ['tokens: [{ name: crm, token: "0123456789 abcdef" }]', 'web.tokens[0].token: expected at least 16 letters'],
    [
      `tokens: [{ name: a, token: ${TOKEN} }, { name: b, token: ${TOKEN} }]`,
      'web.tokens[1].token: is that of another name, too',
    ],
    ['trustProxy: [proxy.example.com]', 'web.trustProxy[0]: "proxy.example.com": expected the address'],
    ['names: ["https://pbx.example.com"]', 'web.names[0]: "https://pbx.example.com": expected a host name alone'],
    ['names: ["pbx.example.com:9466"]', 'web.names[0]: "pbx.example.com:9466": expected a host name alone'],
    ['path: /call-events/', 'web.path: "/call-events/": expected a path such as / or /call-events'],
    ['path: call-events', 'web.path: "call-events": expected a path'],
    ['port: 70000', 'web.port: "70000": expected a whole number from 0 to 65535'],
    ['listen: 1', 'web.listen: unknown key'],
  ])('says what is wrong with %s', (web, problem) => {
    const found = problems(web);
    expect(found.join('\n')).toContain(problem);
  });

  it.each(['0.0.0.0', '::', '192.168.1.2', 'pbx.example.com', '128.0.0.1'])(
    'is not served on %s in the clear, and says what to do',
    (host) => {
      const [problem = '', ...others] = problems(`enabled: true, password: "${HASH}", host: "${host}"`);
      expect(others).toEqual([]);
      expect(problem).toContain(`2 web.host: "${host}": passwords would cross the network in the clear`);
      for (const way of ['web.tls', 'web.trustProxy', 'ssh -L 9466:127.0.0.1:9466']) expect(problem).toContain(way);
      expect(problems(`enabled: true, password: "${HASH}", host: "${host}", trustProxy: [10.0.0.1]`)).toEqual([]);
      expect(problems(`host: "${host}"`)).toEqual([]);
    },
  );

  it.each(['127.0.0.1', '127.9.9.9', '::1', 'localhost'])('may be served on %s as it is', (host) => {
    expect(problems(`enabled: true, password: "${HASH}", host: "${host}"`)).toEqual([]);
  });

  it('wants a certificate with its own key', () => {
    const file = (name: string, text: string) => directory.write(name, text);
    const [cert, key] = [file('cert.pem', CERTIFICATE), file('key.pem', PRIVATE_KEY)];
    const [otherKey, empty] = [file('other.pem', RENEWED_KEY), file('empty.pem', 'nothing')];
    const web = (certificate: string, privateKey: string) =>
      problems(
        `enabled: true, password: "${HASH}", host: 0.0.0.0, tls: { cert: "${certificate}", key: "${privateKey}" }`,
      );
    expect(web(cert, key)).toEqual([]);
    expect(web(cert, otherKey)).toEqual([
      `2 web.tls.key: ${otherKey} is not the private key of the certificate in ${cert}`,
    ]);
    expect(web(empty, '/nowhere')).toEqual([
      `2 web.tls.cert: ${empty} holds no certificate in PEM`,
      '2 web.tls.key: the file /nowhere cannot be read (ENOENT)',
    ]);
  });

  it('that has a port and is not on is probably forgotten', () => {
    const { hints } = parseConfig('extensions: {}\nweb:\n  port: 1234\n', 'c', { require: 'extensions' });
    expect(hints.map(({ line, key, message }) => [line, key, message])).toEqual([
      [3, 'web.port', 'nothing is served there; that takes `enabled: true` beside it'],
    ]);
  });
});
