import { setTimeout as sleep } from 'node:timers/promises';
import { LabAmi } from './ami.ts';
import type { Flavour } from './flavour.ts';
import type { Asterisk } from './lab/asterisk.ts';
import type { Dialog } from './phone/dialog.ts';
import { Phone } from './phone/phone.ts';
import { EXTENSIONS, TRUNK_PORT } from './phones.ts';

/** What a scenario plays with. */
export interface World {
  flavour: Flavour;
  asterisk: Asterisk;
  /** Drives Asterisk. */
  ami: LabAmi;
  /** By name: 101 … 105, vn0003001; 104 has a second contact, 104b. */
  phone(name: string): Phone;
  /** The provider's side: calls from outside come from it, calls to outside arrive at it. */
  trunk: Phone;
  /** Waits until no channel is alive. */
  quiet(): Promise<void>;
}

const QUIET_MS = 40_000;

export async function openWorld(
  flavour: Flavour,
  asterisk: Asterisk,
): Promise<World & { close(): void; reset(): void }> {
  const ami = await LabAmi.login('lab', 'labor', 'call,system,agent,user');
  const phones = new Map<string, Phone>();
  for (const { name, contacts } of EXTENSIONS)
    for (const [index, port] of contacts.entries()) phones.set(index === 0 ? name : `${name}b`, new Phone(name, port));
  const trunk = new Phone('trunk', TRUNK_PORT);
  for (const phone of [...phones.values(), trunk]) await phone.open();
  return {
    flavour,
    asterisk,
    ami,
    trunk,
    phone: (name) => {
      const phone = phones.get(name);
      if (phone === undefined) throw new Error(`there is no phone ${name}`);
      return phone;
    },
    quiet: async () => {
      const from = Date.now();
      let names = await ami.channels();
      while (names.length > 0) {
        if (Date.now() - from > QUIET_MS) throw new Error(`channels do not end: ${names.join(', ')}`);
        await sleep(100);
        names = await ami.channels();
      }
      // The last events follow the last channel.
      await sleep(150);
    },
    reset: () => {
      for (const phone of [...phones.values(), trunk]) phone.reset();
    },
    close: () => {
      ami.close();
      for (const phone of [...phones.values(), trunk]) phone.close();
    },
  };
}

/** The next call that comes in is answered. */
export async function answered(phone: Phone): Promise<Dialog> {
  const call = await phone.incoming();
  await call.is('ringing');
  return call.answer();
}

/** A moment of talk: long enough for Asterisk to bridge, and to take Local channels out. */
export const talk = () => sleep(350);
