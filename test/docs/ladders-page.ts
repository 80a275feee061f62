import { readFileSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { replayBytes } from '../../src/ami/replay.ts';
import type { CallEvent, CallParameters } from '../../src/calls/call-event.ts';
import { CALL_PARAMETERS } from '../../src/event-and-parameter-names.ts';
import { byLeg, type Fixture, fixtures } from '../helpers/expected.ts';
import { byFamily } from './families.ts';
import { ladderOf, type Step } from './ladder.ts';

const HEAD = `# Ladders

For each shape of call: what Asterisk sends, and what goes out. \`npm run docs\` writes this page: it replays the recordings in
[fixtures](../fixtures) through the code of the service. So this is what the service does; what it should do is in
[call-events.md](call-events.md) and [correlation.md](correlation.md).

- Phones have the names of their endpoints: \`101\` is channel \`PJSIP/101-0000001f\`, \`101 (2)\` the next channel of that phone,
  \`trunk\` the way outside, \`Local/103;1\` and \`Local/103;2\` the halves of a Local channel.
- Only the events by which the service decides are shown. \`101 → 102\`: 101 dials 102; \`→ 102\`: a dial without a source.
- A Dial event is shown with all of its parameters. Answer and Hangup repeat those of their leg, so only CallStatus and what
  has changed are shown. \`call-1\` stands for the Linkedid of the first call.
- 101 to 109, john.doe and 0003\\*001 (endpoint \`vn0003001\`) are extensions, with a rule for every event. 101 has the DID
  +18005550101, 102 has +18005550102. Random calls (flavour \`random\`) and field reports (\`field\`) have extensions of
  their own, in [fixtures/configs](../fixtures/configs).
`;

/** The flavour that a shape is shown on, when there is a recording of it. */
const SHOWN = 'asterisk22-pjsip';

/** docs/ladders.md, from all recordings that there are. */
export function laddersPage(): string {
  const shapes = Map.groupBy(fixtures(), ({ name }) => name);
  const sorted = [...shapes].sort(([a], [b]) => (a < b ? -1 : 1));
  const sections = sorted.map(([, recordings]) => section(recordings));
  return `${HEAD}\n${contents(sorted.map(([name]) => name))}\n${sections.join('\n')}`;
}

/** Links to all shapes, by family; the names are the anchors of their headings. */
function contents(shapes: readonly string[]): string {
  const rows = byFamily(shapes).map(
    ([title, some]) => `| ${title} | ${some.map((name) => `[${name}](#${name})`).join(', ')} |`,
  );
  return `## Contents\n\n| family | shapes |\n|---|---|\n${rows.join('\n')}\n`;
}

function section(recordings: Fixture[]): string {
  const shown = recordings.find(({ flavour }) => flavour === SHOWN) ?? (recordings[0] as Fixture);
  const steps = ladderOf(replayBytes(readFileSync(shown.log)), shown.directory);
  return `## ${shown.name}\n\n${shown.shape}.\n\n${table(steps)}\n${flavours(shown, recordings)}\n`;
}

function flavours(shown: Fixture, recordings: Fixture[]): string {
  const others = recordings.filter((other) => other !== shown);
  const isSame = ({ events, missed }: Fixture) =>
    isDeepStrictEqual([byLeg(events), byLeg(missed)], [byLeg(shown.events), byLeg(shown.missed)]);
  const named = (some: Fixture[]) => some.map(({ flavour }) => flavour).join(', ');
  const [same, differing] = [others.filter(isSame), others.filter((other) => !isSame(other))];
  return [
    `Shown: ${shown.flavour}.`,
    ...(same.length > 0 ? [`The same comes out on ${named(same)}.`] : []),
    ...differing.map(
      (other) =>
        `On ${other.flavour} Asterisk reports it differently, and [this](../fixtures/${other.name}/expected.${other.flavour}.yaml) comes out.`,
    ),
  ].join(' ');
}

function table(steps: Step[]): string {
  const calls: string[] = [];
  const before = new Map<string, CallParameters>();
  const rows = steps.map(({ rung, out }) => {
    const left = rung === undefined ? '*time passes*' : escaped(`${rung.event} ${rung.what}`);
    return `| ${left} | ${out.map((event) => emitted(event, calls, before)).join('<br>')} |`;
  });
  if (steps.every(({ out }) => out.length === 0)) rows.push('| | *nothing* |');
  return `| Asterisk sends | goes out |\n|---|---|\n${rows.join('\n')}\n`;
}

const TITLES = {
  'dial-in': 'Dial-In',
  'dial-out': 'Dial-Out',
  'answer-in': 'Answer-In',
  'answer-out': 'Answer-Out',
  hangup: 'Hangup',
  missed: 'Missed',
} as const;

/** @param before what the leg's last event was reported with, by leg; taken note of here */
function emitted({ event, leg, params }: CallEvent, calls: string[], before: Map<string, CallParameters>): string {
  const key = JSON.stringify(leg);
  const last = before.get(key);
  before.set(key, params);
  if (!calls.includes(params.CallID)) calls.push(params.CallID);
  const changed = CALL_PARAMETERS.filter(
    (name) => last === undefined || name === 'CallStatus' || last[name] !== params[name],
  );
  const parameters = changed.flatMap((name) => {
    const value = name === 'CallID' ? `call-${calls.indexOf(params.CallID) + 1}` : params[name];
    if (value !== undefined) return `${name}=${value}`;
    return last === undefined ? [] : `no ${name}`;
  });
  const whose = `${leg.extension}${event === 'hangup' ? `, ${leg.flow}` : ''}`;
  return `**${TITLES[event]}** ${escaped(whose)}: ${escaped(parameters.join(' '))}`;
}

/** What Markdown would take for its own stays as it is. */
function escaped(text: string): string {
  return text.replace(/[\\|*_<>`[\]]/g, '\\$&');
}
