import type { AmiEvent } from '../../events.ts';
import { fieldsOf, type Identity } from './identity.ts';

/**
 * One dial. It is Asterisk's channel thread that dials, and that goes by its uniqueid whoever takes its name meanwhile;
 * so both ends are kept by uniqueid, beside who they were when it was told.
 */
export interface Dial {
  sourceWire: string;
  destWire: string;
  source: Identity;
  dest: Identity;
  /** The end of `dest` waits: it gave its place to whom it led to, and the dial is not over. */
  hangup: AmiEvent | undefined;
}

/** The dials that are not over. */
export class Dials {
  readonly #byDest = new Map<string, Dial>();
  readonly #bySource = new Map<string, Set<Dial>>();

  get size(): number {
    return this.#byDest.size;
  }

  /** @returns `undefined` when this dial is open already (both `Dial` and `AgentCalled` told of it) */
  begin(source: Identity, dest: Identity): Dial | undefined {
    const open = this.#byDest.get(dest.wire);
    if (open !== undefined) {
      if (open.sourceWire === source.wire) return undefined;
      this.#remove(open);
    }
    const dial = { sourceWire: source.wire, destWire: dest.wire, source, dest, hangup: undefined };
    this.#byDest.set(dial.destWire, dial);
    const ofSource = this.#bySource.get(dial.sourceWire);
    if (ofSource === undefined) this.#bySource.set(dial.sourceWire, new Set([dial]));
    else ofSource.add(dial);
    return dial;
  }

  towards(destWire: string): Dial | undefined {
    return this.#byDest.get(destWire);
  }

  /** All that one channel has open: several when phones ring together. */
  by(sourceWire: string): Dial[] {
    return [...(this.#bySource.get(sourceWire) ?? [])];
  }

  /** The dial that two channels in one bridge have come from. */
  between(wire: string, other: string): Dial | undefined {
    const dial = this.#byDest.get(other);
    if (dial?.sourceWire === wire) return dial;
    const reverse = this.#byDest.get(wire);
    return reverse?.sourceWire === other ? reverse : undefined;
  }

  /** The open dial that still needs its destination told, after that has given up its uniqueid. */
  of(dest: Identity): Dial | undefined {
    for (const dial of this.#byDest.values()) if (dial.dest === dest) return dial;
    return undefined;
  }

  /** @returns what has to be told of its end */
  end(dial: Dial, dialStatus: string): AmiEvent[] {
    this.#remove(dial);
    const ended: AmiEvent[] = [
      { event: 'DialEnd', source: fieldsOf(dial.source), dest: fieldsOf(dial.dest), dialStatus, forward: '' },
    ];
    if (dial.hangup !== undefined) ended.push(dial.hangup);
    return ended;
  }

  /** Forgets the dials by and towards a channel. */
  forget(wire: string): void {
    for (const dial of [this.towards(wire), ...this.by(wire)]) if (dial !== undefined) this.#remove(dial);
  }

  /** Forgets the dials of which one end is gone. */
  keep(wires: ReadonlySet<string>): void {
    for (const dial of [...this.#byDest.values()])
      if (!wires.has(dial.sourceWire) || !wires.has(dial.destWire)) this.#remove(dial);
  }

  #remove(dial: Dial): void {
    this.#byDest.delete(dial.destWire);
    const ofSource = this.#bySource.get(dial.sourceWire);
    ofSource?.delete(dial);
    if (ofSource?.size === 0) this.#bySource.delete(dial.sourceWire);
  }
}

/**
 * How a dial ended whose destination hung up before anything else told, by the Q.850 cause of that Hangup. AMI 1.x
 * tells a DialStatus only for the whole dial, and later.
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
