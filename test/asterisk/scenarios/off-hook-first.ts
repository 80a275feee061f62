import type { Flavour } from '../flavour.ts';
import { MgcpPhone } from '../phone/mgcp-phone.ts';
import type { World } from '../world.ts';
import { answered, type Scenario } from './scenario.ts';

/** chan_mgcp was taken out of Asterisk 21. */
const hasMgcp = ({ version }: Flavour) => version === '16';

/** A phone that goes off hook before it dials: its channel is made with no number, and has one when it reaches Ring. */
export const OFF_HOOK_FIRST: readonly Scenario[] = [
  {
    name: 'off-hook-first-mgcp',
    only: hasMgcp,
    play: (w) =>
      offHook(w, '102', async (phone) => {
        const b = await answered(w.phone('102'));
        await w.ami.event('the answer', /^Event: BridgeEnter\r/, 2);
        await phone.happens('L/hu');
        await b.is('ended');
      }),
  },
  {
    name: 'off-hook-first-mgcp-outside',
    only: hasMgcp,
    play: (w) =>
      offHook(w, '931201234567', async (phone) => {
        const b = await answered(w.trunk);
        await w.ami.event('the answer', /^Event: BridgeEnter\r/, 2);
        b.hangup();
        await phone.happens('L/hu');
      }),
  },
  {
    name: 'off-hook-first-mgcp-feature-code',
    only: hasMgcp,
    play: (w) =>
      offHook(w, '*45', async (phone) => {
        await w.ami.event('the answer', /^Event: Newstate\r\n(?:.+\r\n)*?ChannelState: 6\r$/m);
        await phone.happens('L/hu');
      }),
  },
  {
    // The same phone is called: it reaches Ringing, and never Ring.
    name: 'off-hook-first-mgcp-is-called',
    only: hasMgcp,
    async play(w) {
      const phone = new MgcpPhone();
      await phone.open();
      try {
        const a = w.phone('101').call('117');
        await w.ami.event(
          'the phone ringing',
          /^Event: Newstate\r\n(?:.+\r\n)*?Channel: MGCP\/.*\r\nChannelState: 5\r$/m,
        );
        await phone.happens('L/hd');
        await a.is('answered');
        await w.ami.event('the answer', /^Event: BridgeEnter\r/, 2);
        a.hangup();
        await w.ami.until('the end of the call', () => w.ami.living.count === 0);
        await phone.happens('L/hu');
      } finally {
        phone.close();
      }
    },
  },
];

async function offHook(w: World, number: string, then: (phone: MgcpPhone) => Promise<void>): Promise<void> {
  const phone = new MgcpPhone();
  await phone.open();
  try {
    await phone.happens('L/hd');
    await w.ami.event('the channel of the phone', /^Event: Newchannel\r\nPriv.*\r\n(?:Time.*\r\n)?Channel: MGCP\//);
    for (const digit of number) await phone.happens(`D/${digit}`);
    await then(phone);
    await w.ami.until('the end of the call', () => w.ami.living.count === 0);
  } finally {
    phone.close();
  }
}
