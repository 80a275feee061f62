const LF = 10;
const CR = 13;

/**
 * The event names that are used, found from their bytes without making a string of the others: four of five events
 * of a full stream are skipped by this look alone.
 */
export class EventNameTable {
  readonly #byHash = new Map<number, string[]>();

  /** @param names as they are to be given out, in their usual spelling */
  constructor(names: Iterable<string>) {
    for (const name of names) {
      let hash = 0;
      for (let i = 0; i < name.length; i++) hash = hashOf(hash, name.charCodeAt(i));
      const same = this.#byHash.get(hash);
      if (same) same.push(name);
      else this.#byHash.set(hash, [name]);
    }
  }

  /**
   * The used name that the line from `start` on spells, in any case of letters; `''` when it is not one, absent when
   * the line does not end before `end`.
   */
  find(bytes: Uint8Array, start: number, end: number): string | undefined {
    let hash = 0;
    let at = start;
    for (; at < end; at++) {
      const byte = bytes[at] as number;
      if (byte === LF || byte === CR) break;
      hash = hashOf(hash, byte);
    }
    if (at === end) return undefined;
    const names = this.#byHash.get(hash);
    if (names !== undefined) for (const name of names) if (spells(bytes, start, at, name)) return name;
    return '';
  }
}

function hashOf(before: number, character: number): number {
  return (Math.imul(before, 31) + (character | 0x20)) | 0;
}

function spells(bytes: Uint8Array, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) {
    if (((bytes[start + i] as number) | 0x20) !== (name.charCodeAt(i) | 0x20)) return false;
  }
  return true;
}
