import type { AmiEvent, ChannelSnapshot } from '../../src/ami/ami-events.ts';

/**
 * Gives channels the short names of a ladder: `101` for `PJSIP/101-0000001f`, `101 (2)` for the next channel of that
 * phone.
 */
export class Names {
  readonly #byUniqueid = new Map<string, string>();
  readonly #counts = new Map<string, number>();

  of({ uniqueid, channel }: Pick<ChannelSnapshot, 'uniqueid' | 'channel'>): string {
    const known = this.#byUniqueid.get(uniqueid);
    if (known !== undefined) return known;
    const base = shortName(channel);
    // Both halves of a Local channel have the same number.
    const half = /;[12]$/.exec(channel)?.[0] ?? '';
    const count = (this.#counts.get(base + half) ?? 0) + 1;
    this.#counts.set(base + half, count);
    const name = `${base}${count === 1 ? '' : ` (${count})`}${half}`;
    this.#byUniqueid.set(uniqueid, name);
    return name;
  }

  /** Names the channel that an event shows first, so that the numbers go by who came first. */
  observe(event: AmiEvent): void {
    if (event.event === 'Newchannel') this.of(event);
  }
}

/** `PJSIP/101-0000001f` → `101`, `Local/103@phones-00000004;1` → `Local/103`: that it is one matters. */
function shortName(channel: string): string {
  const name = channel.replace(/;[12]$/, '').replace(/-[0-9a-f]{8}$/, '');
  return name.startsWith('Local/') ? name.replace(/@.*$/, '') : name.replace(/^[^/]+\//, '');
}
