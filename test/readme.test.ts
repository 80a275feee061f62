import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { runProgram } from '../src/cli/program.ts';
import { captureIo } from './helpers/captured-io.ts';
import { fixtureLog } from './helpers/fixture-log.ts';
import { temporaryDirectory } from './helpers/temporary.ts';

const ROOT = join(import.meta.dirname, '..');
const README = readFileSync(join(ROOT, 'README.md'), 'utf8');
const directory = temporaryDirectory();

/** The lines that are indented by four, from the one that begins so. */
function block(first: string): string {
  const lines = README.slice(README.indexOf(`    ${first}`)).split('\n');
  const end = lines.findIndex((line) => line !== '' && !line.startsWith('    '));
  return lines
    .slice(0, end)
    .map((line) => line.slice(4))
    .join('\n');
}

describe('the example in README.md', () => {
  const secret = directory.write('ami.secret', 'geheim\n');
  const config = directory.write('config.yaml', block('asterisk:').replace('/etc/call-events/ami.secret', secret));

  it('is a configuration without a fault', async () => {
    const captured = captureIo();
    expect([await runProgram(['check', '--config', config], captured.io), captured.stderr()]).toEqual([0, '']);
    // The rights in its manager.conf are the ones that this configuration needs.
    for (const [, right, classes] of captured.stdout().matchAll(/(read|write)=([\w,]+)/g))
      expect(README).toMatch(new RegExp(`${right} = ${classes}\\b`));
  });

  it('makes the requests that it shows', async () => {
    const captured = captureIo();
    await runProgram(['replay', fixtureLog('inbound-missed'), '--config', config, '--json'], captured.io);
    const [ringing, ended, missed] = captured
      .stdout()
      .replaceAll(/\b\d{10}\.\d+/g, '1700000000.12')
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line));
    const pathOf = ({ method, url }: { method: string; url: string }) =>
      `${method} ${url.replace(/^https?:\/\/[^/]+/, '')}`;
    expect(block('GET /hooks/ringing')).toContain(`${pathOf(ringing)}\nX-Event-ID: ${ringing.id}\n`);
    expect(block('POST /hooks/ended')).toContain(`${pathOf(ended)}\nX-Event-ID: ${ended.id}\n`);
    const [, body = ''] = /\n\n(CallID=\S+)/.exec(block('POST /hooks/ended')) ?? [];
    expect(Object.fromEntries(new URLSearchParams(body))).toEqual(ended.params);
    expect(missed.url).toBe('https://ntfy.sh/');
    expect(block('POST /\n')).toContain(`X-Event-ID: ${missed.id}\n`);
    expect(block('POST /\n')).toContain(`\n\n${JSON.stringify(missed.body)}\n`);
  });

  it('names commands and options that there are', async () => {
    for (const [, command = '', rest = ''] of README.matchAll(/npx call-events ([a-z-]+)([^\n]*)/g)) {
      const captured = captureIo();
      expect(await runProgram([command, '--help'], captured.io)).toBe(0);
      for (const [option] of rest.replace(/ {2,}.*/, '').matchAll(/--[a-z]+/g))
        expect(captured.stdout()).toContain(option);
    }
  });

  it('links to pages that there are', () => {
    const pages = [...README.matchAll(/\]\((docs\/[^)#]+)/g)].map(([, page]) => page);
    expect(globSync(['docs/*.md', 'docs/transcripts/*.txt', 'docs/pictures/*.png'], { cwd: ROOT })).toEqual(
      expect.arrayContaining(pages),
    );
    expect(pages.length).toBeGreaterThan(4);
  });

  it('leads to every page', () => {
    const linked = new Set([...README.matchAll(/\]\((docs\/[^)#]+)/g)].map(([, page]) => page));
    expect(globSync('docs/*.md', { cwd: ROOT }).filter((page) => !linked.has(page))).toEqual([]);
  });
});

it('the package holds the recordings that the demo plays, and no others', () => {
  const demo = readFileSync(join(ROOT, 'src/cli/commands/demo.ts'), 'utf8');
  const played = [...demo.matchAll(/^ {2}\['([a-z-]+)',/gm)].map(
    ([, name]) => `fixtures/${name}/asterisk22-pjsip.ami.log`,
  );
  const { files } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  expect(played).toHaveLength(8);
  expect(files.filter((file: string) => file.startsWith('fixtures'))).toEqual(played);
});
