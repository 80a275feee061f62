import type { AmiEvent } from '../../ami-events.ts';
import { fieldsOf, type Identity } from './identity.ts';

/**
 * One dial. It is Asterisk's channel thread that dials, and that goes by its uniqueid whichever channel takes its name
 * meanwhile; so both ends are kept by uniqueid, beside the identities that they had when it began.
 */
export interface Dial {
  sourceUniqueid: string;
  destUniqueid: string;
  source: Identity;
  dest: Identity;
  /** The Hangup of `dest` waits: it gave its place to the channel that it led to, and the dial is not over. */
  hangup: AmiEvent | undefined;
}

/** The dials that are not over. */
export class Dials {
  readonly #byDest = new Map<string, Dial>();
  readonly #bySource = new Map<string, Set<Dial>>();

  get size(): number {
    return this.#byDest.size;
  }

  /** @returns `undefined` when this dial is open already (both `Dial` and `AgentCalled` report it) */
  begin(source: Identity, dest: Identity): Dial | undefined {
    const open = this.#byDest.get(dest.currentUniqueid);
    if (open !== undefined) {
      if (open.sourceUniqueid === source.currentUniqueid) return undefined;
      this.#remove(open);
    }
    const dial = {
      sourceUniqueid: source.currentUniqueid,
      destUniqueid: dest.currentUniqueid,
      source,
      dest,
      hangup: undefined,
    };
    this.#byDest.set(dial.destUniqueid, dial);
    const ofSource = this.#bySource.get(dial.sourceUniqueid);
    if (ofSource === undefined) this.#bySource.set(dial.sourceUniqueid, new Set([dial]));
    else ofSource.add(dial);
    return dial;
  }

  towards(destUniqueid: string): Dial | undefined {
    return this.#byDest.get(destUniqueid);
  }

  /** All that one channel has open: several when phones ring together. */
  bySource(sourceUniqueid: string): Dial[] {
    return [...(this.#bySource.get(sourceUniqueid) ?? [])];
  }

  /** The dial that two channels in one bridge have come from. */
  between(uniqueid: string, other: string): Dial | undefined {
    const dial = this.#byDest.get(other);
    if (dial?.sourceUniqueid === uniqueid) return dial;
    const reverse = this.#byDest.get(uniqueid);
    return reverse?.sourceUniqueid === other ? reverse : undefined;
  }

  /** The open dial of a destination that has another uniqueid by now. */
  ofDest(dest: Identity): Dial | undefined {
    for (const dial of this.#byDest.values()) if (dial.dest === dest) return dial;
    return undefined;
  }

  /** @returns the events of its end */
  end(dial: Dial, dialStatus: string): AmiEvent[] {
    this.#remove(dial);
    const ended: AmiEvent[] = [
      { event: 'DialEnd', source: fieldsOf(dial.source), dest: fieldsOf(dial.dest), dialStatus, forward: '' },
    ];
    if (dial.hangup !== undefined) ended.push(dial.hangup);
    return ended;
  }

  /** Forgets the dials by and towards a channel. */
  forget(uniqueid: string): void {
    for (const dial of [this.towards(uniqueid), ...this.bySource(uniqueid)]) if (dial !== undefined) this.#remove(dial);
  }

  /** Forgets the dials of which one end is gone. */
  keep(uniqueids: ReadonlySet<string>): void {
    for (const dial of [...this.#byDest.values()])
      if (!uniqueids.has(dial.sourceUniqueid) || !uniqueids.has(dial.destUniqueid)) this.#remove(dial);
  }

  #remove(dial: Dial): void {
    this.#byDest.delete(dial.destUniqueid);
    const ofSource = this.#bySource.get(dial.sourceUniqueid);
    ofSource?.delete(dial);
    if (ofSource?.size === 0) this.#bySource.delete(dial.sourceUniqueid);
  }
}

/**
 * How a dial ended whose destination hung up before any other event of its end, by the Q.850 cause of that Hangup. AMI
 * 1.x gives a DialStatus only for the whole dial, and later.
 */
export function dialStatusOfCause(cause: number): string {
  switch (cause) {
    case 17: // user busy
    case 21: // call rejected
      return 'BUSY';
    case 18: // no user responding
    case 19: // no answer
      return 'NOANSWER';
    case 34: // no circuit
    case 38: // network out of order
    case 42: // switching equipment congestion
      return 'CONGESTION';
    case 1: // unallocated
    case 3: // no route to destination
    case 20: // subscriber absent
    case 27: // destination out of order
      return 'CHANUNAVAIL';
    default:
      return 'CANCEL';
  }
}
