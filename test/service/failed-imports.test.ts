import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { expect, it } from '@jest/globals';
import { temporaryDirectory } from '../helpers/temporary.ts';

const directory = temporaryDirectory();

const helper = (name: string) => JSON.stringify(pathToFileURL(join(import.meta.dirname, '../helpers', name)).href);

/** Modules that cannot be loaded the first time, as while a package is replaced. */
const HOOKS = `
  import { registerHooks } from 'node:module';
  const failing = new Set(['axios', '../web/server.ts']);
  registerHooks({
    resolve(specifier, context, next) {
      if (failing.delete(specifier)) throw new Error(specifier + ' cannot be read');
      return next(specifier, context);
    },
  });
`;

const SCRIPT = `
  const { startService } = await import(${helper('running-service.ts')});
  const { fixtureText } = await import(${helper('fixture-log.ts')});
  const { webSettings } = await import(${helper('page.ts')});
  const rules = (url) => '  "102": { events: [{ on: hangup, url: "' + url + '" }] }';
  const one = await startService(rules, webSettings());
  const failed = (name) => (lines) => lines.some(({ err }) => err?.message === name + ' cannot be read');
  await one.log.until(failed('../web/server.ts'));
  await one.log.until(failed('axios'));
  one.asterisk.play(fixtureText('direct-answered'));
  await one.receiver.requests.count(1);
  // A comment more: the configuration is applied again.
  one.configure(rules(one.receiver.url), webSettings() + ' # again');
  await one.service.reload({ isWhole: true });
  await one.log.until((lines) => lines.some(({ msg }) => String(msg).startsWith('page and API: ')));
  await one.stop();
  console.log('stopped');
`;

it('goes on when the page, or what sends, cannot be loaded, and loads it the next time', async () => {
  const file = directory.write('script.mjs', HOOKS + SCRIPT);
  const flags = ['--disable-warning=ExperimentalWarning', file];
  const child = spawn(process.execPath, flags, { stdio: ['ignore', 'pipe', 'pipe'] });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, 'exit')]);
  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'stopped\n', stderr: '' });
});
