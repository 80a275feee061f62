/**
 * The event names that are used, found from their bytes without making a string of the others: four of five events
 * of a full stream are skipped by this look alone.
 */
export class EventNames {
  readonly #byHash = new Map<number, string[]>();

  /** @param names as they are to be given out, in their usual spelling */
  constructor(names: Iterable<string>) {
    for (const name of names) {
      let hash = 0;
      for (let i = 0; i < name.length; i++) hash = (Math.imul(hash, 31) + (name.charCodeAt(i) | 0x20)) | 0;
      const same = this.#byHash.get(hash);
      if (same) same.push(name);
      else this.#byHash.set(hash, [name]);
    }
  }

  /** The used name that these bytes spell, in any case of letters; `''` when it is none. */
  find(bytes: Buffer, start: number, end: number): string {
    let hash = 0;
    for (let i = start; i < end; i++) hash = (Math.imul(hash, 31) + ((bytes[i] as number) | 0x20)) | 0;
    for (const name of this.#byHash.get(hash) ?? []) if (spells(bytes, start, end, name)) return name;
    return '';
  }
}

function spells(bytes: Buffer, start: number, end: number, name: string): boolean {
  if (end - start !== name.length) return false;
  for (let i = 0; i < name.length; i++) {
    if (((bytes[start + i] as number) | 0x20) !== (name.charCodeAt(i) | 0x20)) return false;
  }
  return true;
}
