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
  /** Drives Asterisk, and sees everything. */
  ami: LabAmi;
  /** By name: 101 … 105, vn0003001; 104 has a second contact, 104b. */
  phone(name: string): Phone;
  /** The provider's side: calls from outside come from it, calls to outside arrive at it. */
  trunk: Phone;
  /** Waits until two phones hear each other, through Local channels too. */
  talk(one: Dialog, other: Dialog): Promise<void>;
  /** Waits until two phones are in one bridge: Local channels between them have been taken out. */
  inOneBridge(one: Dialog, other: Dialog): Promise<void>;
  /** Waits until the dialplan has come to `UserEvent(name)`, for the n-th time. */
  reached(name: string, nth?: number): Promise<void>;
  /** DTMF by INFO, each digit once Asterisk has taken the one before. */
  press(call: Dialog, digits: string): Promise<void>;
}

/** How long a scenario's channels may take to end: longer than any timeout of the lab's dialplan. */
const QUIET_MS = 40_000;

export class Lab implements World {
  readonly flavour: Flavour;
  readonly asterisk: Asterisk;
  readonly ami: LabAmi;
  readonly trunk = new Phone('trunk', TRUNK_PORT);
  readonly #phones = new Map<string, Phone>();

  constructor(flavour: Flavour, asterisk: Asterisk, ami: LabAmi) {
    this.flavour = flavour;
    this.asterisk = asterisk;
    this.ami = ami;
    for (const { endpoint, name, contacts } of EXTENSIONS)
      for (const [index, port] of contacts.entries())
        this.#phones.set(index === 0 ? name : `${name}b`, new Phone(name, port, endpoint));
  }

  static async open(flavour: Flavour, asterisk: Asterisk): Promise<Lab> {
    const ami = await LabAmi.login('lab', 'labor', 'call,system,agent,user,dtmf');
    const lab = new Lab(flavour, asterisk, ami);
    for (const phone of lab.#all()) await phone.open();
    return lab;
  }

  phone(name: string): Phone {
    const phone = this.#phones.get(name);
    if (phone === undefined) throw new Error(`there is no phone ${name}`);
    return phone;
  }

  async talk({ endpoint }: Dialog, { endpoint: other }: Dialog): Promise<void> {
    await this.ami.until(`${endpoint} and ${other} to talk`, () => this.ami.living.connected(endpoint, other));
  }

  async inOneBridge({ endpoint }: Dialog, { endpoint: other }: Dialog): Promise<void> {
    const { living } = this.ami;
    await this.ami.until(`${endpoint} and ${other} to be in one bridge`, () => living.inOneBridge(endpoint, other));
  }

  async reached(name: string, nth = 1): Promise<void> {
    await this.ami.event(`the dialplan to reach ${name}`, new RegExp(`^UserEvent: ${name}\r$`, 'm'), nth);
  }

  async press(call: Dialog, digits: string): Promise<void> {
    for (const digit of digits) {
      const taken = this.#pressed();
      call.press(digit);
      await this.ami.until(`digit ${digit} to be taken`, () => this.#pressed() > taken || call.has('ended'));
    }
  }

  /** Waits until no channel is alive, and both sessions have seen the end of each. */
  async quiet(session: LabAmi = this.ami): Promise<void> {
    const from = Date.now();
    const busy = async () => [...(await this.ami.channels()), ...this.ami.living.names(), ...session.living.names()];
    for (let names = await busy(); names.length > 0; names = await busy()) {
      if (Date.now() - from > QUIET_MS) throw new Error(`channels do not end: ${names.join(', ')}`);
      await sleep(20);
    }
  }

  /** Ready for the next scenario: nothing of the last one is remembered. */
  reset(): void {
    for (const phone of this.#all()) phone.reset();
    this.ami.forget();
  }

  close(): void {
    this.ami.close();
    for (const phone of this.#all()) phone.close();
  }

  #pressed(): number {
    return (this.ami.text.match(/^Event: DTMFEnd\r\n(?:.+\r\n)*?Direction: Received\r$/gm) ?? []).length;
  }

  #all(): Phone[] {
    return [...this.#phones.values(), this.trunk];
  }
}
