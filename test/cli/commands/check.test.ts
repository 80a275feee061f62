// biome-ignore-all lint/suspicious/noTemplateCurlyInString: ${file:…} is what an administrator writes, not a template.
import { mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runProgram } from '../../../src/cli/program.ts';
import { captureIo } from '../../helpers/captured-io.ts';

const EXAMPLE = join(import.meta.dirname, '../../../config.yaml');
const directory = mkdtempSync(join(tmpdir(), 'call-events-check-'));

async function check(source: string, env: NodeJS.ProcessEnv = {}) {
  const file = join(directory, 'config.yaml');
  writeFileSync(file, source);
  const captured = captureIo({ env });
  const code = await runProgram(['check', '--config', file], captured.io);
  return {
    code,
    stdout: captured.stdout().replaceAll(directory, ''),
    stderr: captured.stderr().replaceAll(directory, ''),
  };
}

const good = (more = '', rule = '') => `asterisk: { username: a, secret: b }
extensions:
  "101": { events: [{ on: hangup, url: "http://crm.example.com/"${rule} }] }
  "102":
${more}`;

describe('call-events check', () => {
  it("finds nothing wrong with the repository's example", async () => {
    const captured = captureIo();
    expect([await runProgram(['check', '--config', EXAMPLE], captured.io), captured.stderr()]).toEqual([0, '']);
    expect(captured.stdout()).toMatch(/1 extension, 1 pattern, 4 rules \(1 disabled\)\n/);
  });

  it('says what a good file holds, and the rights that it needs', async () => {
    expect(await check(good())).toEqual({
      code: 0,
      stderr: '',
      stdout:
        '/config.yaml: 2 extensions, 1 rule\nThe AMI user needs read=system,call and write=reporting in manager.conf.\n',
    });
  });

  it.each([
    ['variables of all rules', good('variables: [CRM_ID]'), 'read=system,call,dialplan and'],
    ['variables of a rule', good('', ', variables: [CRM_ID]'), 'read=system,call,dialplan and'],
    ['FROM_DID', good().replace('secret: b', 'secret: b, variables: [FROM_DID]'), 'read=system,call,dialplan and'],
    ['queues', good('', ', parameters: [Queue]'), 'read=system,call,agent and'],
  ])('asks for more rights only for %s', async (_, source, expected) => {
    expect((await check(source)).stdout).toContain(expected);
  });

  it('exits with 78 and a line for each problem, on standard error only', async () => {
    const { code, stdout, stderr } = await check(good('metrcs: {}').replace('hangup', 'hungup'));
    expect([code, stdout]).toEqual([78, '']);
    expect(stderr).toBe(
      '/config.yaml:3:27: extensions.101.events[0].on: "hungup": expected one of: dial-in, dial-out, answer-in, answer-out, hangup, missed; did you mean "hangup"?\n' +
        '/config.yaml:5:1: metrcs: unknown key; did you mean "metrics"?\n',
    );
  });

  it('finds secrets where they are kept, and shows none', async () => {
    writeFileSync(join(directory, 'secret'), 'from-a-file\n');
    const env = { AMI_SECRET: 'from-the-environment', CREDENTIALS_DIRECTORY: directory };
    for (const reference of [`\${file:${directory}/secret}`, '${env:AMI_SECRET}', '${credential:secret}']) {
      const source = good().replace('secret: b', `secret: "${reference}"`);
      const fine = await check(source, env);
      expect([fine.code, fine.stderr]).toEqual([0, '']);
      const wrong = await check(source.replace('hangup', 'x'), env);
      expect(wrong.code).toBe(78);
      expect(fine.stdout + wrong.stderr).not.toMatch(/from-a-file|from-the-environment/);
    }
  });

  it('says what is right and yet sends nothing', async () => {
    const { code, stderr } = await check(good('  1XX:').replace('crm.example.com', '169.254.169.254'));
    expect(code).toBe(0);
    expect(stderr).toMatch(
      /^\/config.yaml:5:3: extensions.1XX: is one extension .* _1XX \(a hint; the file is right\)\n/,
    );
    expect(stderr).toMatch(/rule 5f207b41 of 101 will send nothing: requests to 169.254.169.254 are refused/);
  });

  it('exits with 78 for a file that is not there', async () => {
    const captured = captureIo();
    expect(await runProgram(['check', '--config', '/nowhere/config.yaml'], captured.io)).toBe(78);
    expect(captured.stderr()).toBe('/nowhere/config.yaml:1:1: there is no such file; --config names another one\n');
  });
});

describe('call-events schema', () => {
  it('prints the JSON Schema', async () => {
    const captured = captureIo();
    expect(await runProgram(['schema'], captured.io)).toBe(0);
    expect(JSON.parse(captured.stdout())).toMatchObject({ properties: { extensions: {} }, required: ['extensions'] });
  });
});
