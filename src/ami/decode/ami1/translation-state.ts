import type { Packet } from '../../wire/packet.ts';
import { Bridges } from './bridges.ts';
import { Dials } from './dials.ts';
import type { Identity } from './identity.ts';
import { IdentityTable } from './identity-table.ts';

/** The state of the translation. Each file beside this one translates one kind of event. */
export interface TranslationState {
  readonly identities: IdentityTable;
  readonly dials: Dials;
  readonly bridges: Bridges;
}

export function createTranslationState(): TranslationState {
  const dials = new Dials();
  const bridges = new Bridges();
  const identities = new IdentityTable((currentUniqueid) => {
    dials.forget(currentUniqueid);
    bridges.leave(currentUniqueid, undefined);
  });
  return { identities, dials, bridges };
}

/** The channel that an event is about: `Channel` and `Uniqueid`, in whichever case. */
export function ownIdentity({ identities }: TranslationState, packet: Packet): Identity | undefined {
  return identities.upsert(packet.get('Uniqueid'), packet.get('Channel'));
}
