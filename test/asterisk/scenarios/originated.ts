import type { Dialog } from '../phone/dialog.ts';
import type { World } from '../world.ts';
import { answered, answersAt, hangsUp, rejectsAsBusy, type Scenario, talking } from './scenario.ts';

/** Calls that Asterisk is asked to make: click to call, call files, and the action Bridge. */
export const ORIGINATED: readonly Scenario[] = [
  {
    name: 'click-to-call',
    async play(w) {
      await originate(w, { CallerID: '"Click" <101>' });
      const a = await answersOriginate(w, '101');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'click-to-call-through-local',
    async play(w) {
      await originate(w, { Channel: 'Local/101@phones', CallerID: '"Click" <101>' });
      const a = await answersOriginate(w, '101');
      await hangsUp(await answersAt(w, a, w.phone('102')), a);
    },
  },
  {
    name: 'click-to-call-through-local-not-optimised',
    async play(w) {
      await originate(w, { Channel: 'Local/101@phones/n', CallerID: '"Click" <101>' });
      const a = await answersOriginate(w, '101');
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'click-to-call-not-answered',
    async play(w) {
      await originate(w, { Timeout: '1200' });
      await (await w.phone('101').incoming()).is('ended');
      await w.ami.event('the answer of Originate', /^Event: OriginateResponse\r/);
    },
  },
  {
    name: 'click-to-call-declined',
    async play(w) {
      rejectsAsBusy(w.phone('101'));
      await originate(w, {});
      await w.ami.event('the answer of Originate', /^Event: OriginateResponse\r/);
    },
  },
  {
    name: 'click-to-call-second-busy',
    async play(w) {
      rejectsAsBusy(w.phone('102'));
      await originate(w, {});
      await (await answersOriginate(w, '101')).is('ended');
    },
  },
  {
    name: 'click-to-call-given-up',
    async play(w) {
      await originate(w, {});
      const a = await answersOriginate(w, '101');
      const b = await w.phone('102').incoming();
      await hangsUp(a, b);
    },
  },
  {
    name: 'click-to-call-outside',
    async play(w) {
      await originate(w, { Exten: '9+31201234567' });
      const a = await answersOriginate(w, '101');
      await hangsUp(a, await answersAt(w, a, w.trunk));
    },
  },
  {
    name: 'click-to-call-ring-group-local',
    async play(w) {
      rejectsAsBusy(w.phone('103'));
      await originate(w, { Exten: '202' });
      const a = await answersOriginate(w, '101');
      await w.phone('103').incoming();
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'click-to-call-to-application',
    async play(w) {
      await originate(w, { Exten: '301' });
      const a = await answersOriginate(w, '101');
      await w.reached('Listened');
      a.hangup();
    },
  },
  {
    name: 'originate-to-application',
    async play(w) {
      await w.ami.does({
        Action: 'Originate',
        Channel: `${w.flavour.tech}/101`,
        Application: 'Wait',
        Data: '5',
        Async: 'true',
      });
      const a = await answered(w.phone('101'));
      await w.ami.event('the answer of Originate', /^Event: OriginateResponse\r/);
      a.hangup();
    },
  },
  {
    name: 'call-file',
    async play(w) {
      w.asterisk.callFile(`Channel: ${w.flavour.tech}/101\nContext: phones\nExtension: 102\nPriority: 1\n`);
      const a = await answered(w.phone('101'));
      await hangsUp(a, await answersAt(w, a, w.phone('102')));
    },
  },
  {
    name: 'bridge-action',
    async play(w) {
      const [a, b] = await talking(w, '101', '102');
      const c = w.phone('103').call('301');
      await w.reached('Listened');
      await w.ami.does({
        Action: 'Bridge',
        Channel1: w.ami.channelOf('102'),
        Channel2: w.ami.channelOf('103'),
        Tone: 'no',
      });
      await w.talk(b, c);
      await a.is('ended');
      await hangsUp(b, c);
    },
  },
];

/**
 * The phone that Asterisk was asked to ring answers. The one that is dialled next must not answer before Asterisk has
 * reported that: nobody is so quick.
 */
export async function answersOriginate(w: World, name: string): Promise<Dialog> {
  const call = await answered(w.phone(name));
  await w.ami.event('the answer of Originate', /^Event: OriginateResponse\r/);
  return call;
}

/** Asks Asterisk to ring 101 and, once it answers, to go on at 102; some of that otherwise. */
export async function originate(w: World, otherwise: Record<string, string>): Promise<void> {
  await w.ami.does({
    Action: 'Originate',
    Channel: `${w.flavour.tech}/101`,
    Exten: '102',
    Context: 'phones',
    Priority: '1',
    Async: 'true',
    ...otherwise,
  });
}
