import { execFile, spawnSync } from 'node:child_process';
import { globSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, describe, expect, it } from '@jest/globals';
import { runProgram } from '../../src/cli/program.ts';
import { captureIo } from '../helpers/captured-io.ts';
import { fixtureLog } from '../helpers/fixture-log.ts';
import { type ServedPage, servePage, WRITE_TOKEN } from '../helpers/page.ts';
import { temporaryDirectory } from '../helpers/temporary.ts';

const DOCS = join(import.meta.dirname, '../../docs');
const directory = temporaryDirectory();

/** The pieces that a page shows, without their indentation. */
function blocksOf(page: string): string[] {
  const blocks = readFileSync(join(DOCS, page), 'utf8').match(/^(?: {4}.*\n(?:\n(?= {4}))*)+/gm) ?? [];
  return blocks.map((block) => {
    const [, indentation = ''] = /^( +)/.exec(block) ?? [];
    return block.replaceAll(new RegExp(`^${indentation}`, 'gm'), '');
  });
}

/** A whole configuration of a piece that holds rules; its secrets are files here. */
function configOf(block: string, name: string): string {
  const secret = directory.write('a.secret', `whsec_${Buffer.from('twenty-four bytes or so!').toString('base64')}\n`);
  return directory.write(name, block.replaceAll(/\$\{file:[^}]+\}/g, `\${file:${secret}}`));
}

async function callEvents(...argv: string[]) {
  const captured = captureIo();
  const code = await runProgram(argv, captured.io);
  return { code, stdout: captured.stdout(), stderr: captured.stderr() };
}

const RULES = /^(?:profile: \w+\n)?(?:asterisk:\n {2}- |extensions:\n)/;
const NEW_PAGES = ['voipnow.md', 'tenants.md', 'receivers.md', 'freepbx.md', 'asterisk.md'];
const CONFIGURATIONS = NEW_PAGES.flatMap((page) =>
  blocksOf(page)
    .filter((block) => RULES.test(block))
    .map((block, index) => ({ page, index, block })),
);

describe('the configurations in docs', () => {
  it.each(CONFIGURATIONS)('$page, number $index: has no mistake', async ({ page, index, block }) => {
    const config = configOf(block, `${page}-${index}.yaml`);
    // Without `asterisk` only the rules can be checked: replay does, and test-send.
    const argv = block.includes('asterisk:')
      ? ['check', '--config', config]
      : ['replay', fixtureLog('direct-answered'), '--config', config];
    expect(await callEvents(...argv)).toMatchObject({ code: 0, stderr: expect.not.stringMatching(/error|warning/i) });
  });

  it('are found', () => {
    expect([...new Set(CONFIGURATIONS.map(({ page }) => page))]).toEqual(NEW_PAGES);
  });

  it('send the extended number of a tenant as it stands', async () => {
    const shown = CONFIGURATIONS.filter(({ block }) => block.includes('"0003*001":'));
    expect(shown).toHaveLength(3);
    for (const { page, index, block } of shown) {
      const config = configOf(block, `${page}-${index}.yaml`);
      const { stdout } = await callEvents('replay', fixtureLog('extended-number'), '--config', config, '--json');
      const { extension, params } = JSON.parse(stdout.split('\n')[0] ?? '');
      expect([extension, params.CalledExtension]).toEqual(['0003*001', '0003*001']);
      expect([params.CallFlow, 'CallerIDName' in params]).toEqual(page === 'voipnow.md' ? ['in', true] : ['IN', false]);
    }
  });
});

describe('the commands in docs', () => {
  const lines = globSync('*.md', { cwd: DOCS }).flatMap((page) =>
    blocksOf(basename(page)).flatMap((block) =>
      [...block.matchAll(/(?:^|[|(&] *)(?:npx )?call-events ([a-z-]+)((?: [^\n|;#]*)?)/gm)].map(
        ([, command = '', rest = '']) => ({ page, command, rest }),
      ),
    ),
  );

  it('are commands, with options that there are', async () => {
    const wrong: string[] = [];
    for (const { page, command, rest } of lines) {
      const { code, stdout } = await callEvents(command, '--help');
      const options = rest.replace(/ {2,}.*/, '').match(/--[a-z-]+/g) ?? [];
      const [, subcommand] = /^ ([a-z]+)/.exec(rest) ?? [];
      const more =
        command === 'deliveries' && subcommand ? await callEvents(command, subcommand, '--help') : { stdout };
      for (const option of code === 0 ? options : ['?'])
        if (!more.stdout.includes(option) && !stdout.includes(option)) wrong.push(`${page}: ${command} ${option}`);
    }
    expect(wrong).toEqual([]);
    expect(lines.length).toBeGreaterThan(30);
  });
});

const hasCurl = spawnSync('curl', ['--version']).status === 0;

describe(hasCurl ? 'the requests of curl in docs/voipnow.md' : 'docs/voipnow.md (SKIPPED: curl is not here)', () => {
  let page: ServedPage | undefined;
  afterEach(async () => page?.stop());

  (hasCurl ? it : it.skip)('list, make, change and delete a Call Event', async () => {
    page = await servePage(() => '  "0003*001": { channels: [PJSIP/vn0003001] }');
    const commands = blocksOf('voipnow.md')
      .flatMap((block) => block.split('\n'))
      .filter((line) => line.startsWith('curl '));
    const env = { ...process.env, API: `${page.url}/api/v1`, TOKEN: WRITE_TOKEN };
    const said: string[] = [];
    for (const command of commands)
      said.push((await promisify(execFile)('bash', ['-c', `${command} -w '\\n%{http_code}'`], { env })).stdout);
    expect(said.map((one) => one.split('\n').at(-1))).toEqual(['200', '201', '200', '204']);
    const [listed, made, changed] = said.slice(0, 3).map((one) => JSON.parse(one.slice(0, one.lastIndexOf('\n'))));
    expect(listed).toMatchObject({ totalResults: 0, entry: [] });
    expect(made).toMatchObject({ type: '2', id: 'ended', method: '1', note: 'Call log', status: '1' });
    expect(changed).toMatchObject({ id: 'ended', status: '0' });
  });
});
