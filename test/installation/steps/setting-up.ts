import assert from 'node:assert/strict';
import { copyFileSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { ROOT } from '../../../packaging/project.ts';
import { Machine } from '../lab/machine.ts';
import { Phones } from '../lab/phones.ts';
import { installAsterisk, startAsterisk } from '../lab/real-asterisk.ts';
import type { Release } from '../lab/roots.ts';
import { up } from './world.ts';

/** A PBX that setup is tried on. */
interface Layout {
  name: string;
  title: string;
  /** Its endpoints. */
  phones: readonly string[];
  /** What is run in the machine to make it so. */
  script?: string;
  /** The extension that is called, and the endpoint that rings. */
  called: { number: string; endpoint: string };
  /** What config.yaml has afterwards. */
  configured: RegExp;
  /** Where the user of AMI is. */
  userFile: string;
}

export const LAYOUTS: readonly Layout[] = [
  {
    name: 'debian',
    title: 'Debian 12 with an Asterisk as Debian packages it',
    phones: ['101', '102'],
    called: { number: '101', endpoint: '101' },
    configured: /"101":\n {4}events:\n {6}- on: missed\n[\s\S]*"102":\n/,
    userFile: '/etc/asterisk/manager.d/call-events.conf',
  },
  {
    name: 'freepbx-like',
    title: 'Debian 12 with an Asterisk that is configured as by FreePBX',
    phones: ['101', '112'],
    script: 'test/installation/lab/freepbx-like.sh',
    called: { number: '112', endpoint: '112' },
    configured: /"101":\n {4}notes: Alice\n[\s\S]*"102":\n {4}notes: Bob\n {4}channels: \[PJSIP\/112\]\n/,
    userFile: '/etc/asterisk/manager_custom.conf',
  },
];

/** The commands of README.md, whatever the version of the package. */
const README = withoutVersion(readFileSync(join(ROOT, 'README.md'), 'utf8'));

function withoutVersion(text: string): string {
  return text.replaceAll(/call-events_[\w.~-]+\.deb/g, 'call-events.deb');
}

/** What is typed at the machine, and what it answered. */
class Transcript {
  readonly #machine: Machine;
  #text: string;

  constructor(machine: Machine, title: string) {
    this.#machine = machine;
    this.#text = `# ${title}. Typed as root by \`npm run test:package\`, where a receiver listens at 127.0.0.1:8080.\n`;
  }

  /** @param codes that it may end with */
  type(command: string, codes: readonly number[] = [0]): string {
    assert.ok(README.includes(`    ${withoutVersion(command)}\n`), `README.md does not say: ${command}`);
    const { code, output } = this.#machine.attempt(command);
    this.#text += `\n# ${command}\n${output}`;
    assert.ok(code !== null && codes.includes(code), `${command}: ended with ${code}\n${output}`);
    return output;
  }

  comment(text: string): void {
    this.#text += `\n(${text})\n`;
  }

  /** Kept in docs/transcripts where $TRANSCRIPTS says so. */
  keep(name: string): void {
    if (process.env.TRANSCRIPTS === undefined) return;
    const folder = join(ROOT, 'docs/transcripts');
    mkdirSync(folder, { recursive: true });
    const text = this.#text
      .replaceAll(/\r\n?/g, '\n')
      // Progress, which is another each time.
      .replaceAll(/^(?:\(Reading database|Get:|Fetched |Reading |Building |debconf: ).*\n/gm, '')
      .replaceAll(/\n{3,}/g, '\n\n');
    writeFileSync(join(folder, `${name}.txt`), text);
  }
}

/**
 * From a machine with an Asterisk to the first request, with what the README says: only the package, setup, a call.
 * Then once more, which changes nothing; and out again.
 */
export async function setsUp(release: Release, layout: Layout, deb: string): Promise<void> {
  const machine = await Machine.boot(release);
  try {
    await installAsterisk(machine, layout.phones);
    await startAsterisk(machine);
    if (layout.script !== undefined) {
      copyFileSync(join(ROOT, layout.script), join(machine.root, 'srv/layout.sh'));
      machine.run('sh /srv/layout.sh');
    }
    const phones = await Phones.start(machine, layout.phones);
    try {
      await firstRequest(machine, phones, layout, deb);
    } finally {
      phones.stop();
    }
  } finally {
    await machine.remove();
  }
}

async function firstRequest(machine: Machine, phones: Phones, layout: Layout, deb: string): Promise<void> {
  const etc = () =>
    machine.run('cd /etc/asterisk; sha256sum manager*.conf $(find manager.d -type f); stat -c "%n %a %U %G" manager*');
  const before = etc();
  copyFileSync(deb, join(machine.root, 'root', basename(deb)));
  const transcript = new Transcript(machine, layout.title);
  transcript.type(`apt-get install -y ./${basename(deb)}`);
  const said = transcript.type('call-events setup --yes --on missed --url http://127.0.0.1:8080/missed');
  assert.match(said, /Logged in to AMI as callevents\./);
  assert.match(said, /The service runs/);
  assert.match(machine.run('cat /etc/call-events/config.yaml'), layout.configured);
  assert.match(machine.run(`cat ${layout.userFile}`), /; BEGIN call-events\n[\s\S]*\[callevents\]/);
  assert.equal(machine.run('stat -c "%a %U" /etc/call-events/ami.secret'), '600 root\n');

  // A person takes longer to go to the phone than the service to log in.
  await up(machine);
  const [caller = ''] = layout.phones.filter((name) => name !== layout.called.endpoint);
  transcript.comment(`${caller} calls ${layout.called.number}, where nobody answers, and hangs up`);
  phones.missCall({ caller, called: layout.called.number, rings: layout.called.endpoint });
  const [request] = await phones.requests.until(({ length }) => length > 0, 60_000);
  assert.deepEqual(
    [request?.path, request?.params.CallerExtension, request?.params.CallStatus],
    ['/missed', '101' === caller ? '101' : '102', 'UNKNOWN'],
  );
  transcript.comment(`the receiver got: ${request?.method} ${request?.path}, ${request?.body}`);
  transcript.type('call-events deliveries list');
  // It warns that events have no time of Asterisk's own, as Asterisk has it by default.
  transcript.type('call-events doctor', [0, 1]);
  transcript.keep(layout.name);

  const kept = () => machine.run('cd /etc/call-events; sha256sum *; stat -c "%n %a %U %G" *') + etc();
  const once = kept();
  const again = machine.run('call-events setup --yes --on missed --url http://127.0.0.1:8080/missed');
  assert.doesNotMatch(again, /written: /);
  assert.equal(kept(), once);

  machine.run('call-events setup --yes --remove');
  assert.equal(etc(), before);
  assert.equal(machine.attempt('test -e /etc/call-events/ami.secret').code, 1);
  assert.equal(machine.property('ActiveState'), 'inactive');
}
