import { Ari } from '../ari.ts';
import type { World } from '../world.ts';
import { answered, answersAt, hangsUp, type Scenario } from './scenario.ts';

/** Calls in the hands of an ARI application. */
export const ARI: readonly Scenario[] = [
  {
    name: 'ari-dials',
    play: (w) =>
      withAri(async (ari) => {
        const a = w.phone('101').call('390');
        const caller = await ari.channel('StasisStart');
        const called = await ari.post('channels/create', {
          endpoint: `${w.flavour.tech}/102`,
          app: 'lab',
          originator: caller,
        });
        await ari.post(`channels/${called}/dial`, { caller, timeout: '15' });
        const b = await answered(w.phone('102'));
        await ari.channel('ChannelStateChange', ({ id, state }) => id === called && state === 'Up');
        await ari.post(`channels/${caller}/answer`);
        await ari.bridge(caller, called);
        await w.talk(a, b);
        await hangsUp(a);
        await ari.channel('StasisEnd', ({ id }) => id === caller);
        await hangsUp(b);
      }),
  },
  {
    name: 'ari-originates',
    play: (w) => withAri((ari) => originates(w, ari, `${w.flavour.tech}/102`, false)),
  },
  {
    name: 'ari-originates-for-a-caller',
    play: (w) => withAri((ari) => originates(w, ari, `${w.flavour.tech}/102`, true)),
  },
  {
    name: 'ari-originates-through-local',
    play: (w) => withAri((ari) => originates(w, ari, 'Local/102@members/n', true)),
  },
  {
    name: 'ari-originates-through-local-for-nobody',
    play: (w) => withAri((ari) => originates(w, ari, 'Local/102@members/n', false)),
  },
  {
    name: 'ari-voice-bot',
    play: (w) =>
      withAri(async (ari) => {
        const a = w.phone('101').call('390');
        const caller = await ari.channel('StasisStart');
        await ari.post(`channels/${caller}/answer`);
        await a.is('answered');
        const media = await ari.post('channels/externalMedia', {
          app: 'lab',
          external_host: '127.0.0.1:9',
          format: 'ulaw',
        });
        await ari.channel('StasisStart', ({ id }) => id === media);
        await ari.bridge(caller, media);
        await w.ami.event('both in the bridge', /^Event: BridgeEnter\r/, 2);
        await hangsUp(a);
        await ari.channel('StasisEnd', ({ id }) => id === caller);
        await ari.remove(`channels/${media}`);
      }),
  },
  {
    name: 'ari-ivr-goes-on-in-dialplan',
    play: (w) =>
      withAri(async (ari) => {
        const a = w.phone('101').call('390');
        const caller = await ari.channel('StasisStart');
        await ari.post(`channels/${caller}/answer`);
        await a.is('answered');
        await ari.post(`channels/${caller}/continue`, { context: 'phones', extension: '102', priority: '1' });
        await hangsUp(a, await answersAt(w, a, w.phone('102')));
      }),
  },
];

/**
 * The application rings 102, and puts it together with 101, who has called. @param forCaller whether it says for whom
 */
async function originates(w: World, ari: Ari, endpoint: string, forCaller: boolean): Promise<void> {
  const a = w.phone('101').call('390');
  const caller = await ari.channel('StasisStart');
  await ari.post(`channels/${caller}/ring`);
  const called = await ari.post('channels', {
    endpoint,
    app: 'lab',
    callerId: '"Alice" <101>',
    ...(forCaller && { originator: caller }),
  });
  const b = await answered(w.phone('102'));
  await ari.channel('StasisStart', ({ id }) => id === called);
  await ari.post(`channels/${caller}/answer`);
  await ari.bridge(caller, called);
  await w.talk(a, b);
  await hangsUp(a);
  await ari.channel('StasisEnd', ({ id }) => id === caller);
  await hangsUp(b);
}

async function withAri(play: (ari: Ari) => Promise<void>): Promise<void> {
  const ari = await Ari.open();
  try {
    await play(ari);
  } finally {
    ari.close();
  }
}
