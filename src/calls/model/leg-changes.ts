import type { Channel, MutableChannel } from './channel.ts';
import type { Leg, MutableLeg } from './leg.ts';
import { withAdded, without } from './short-list.ts';

/**
 * What changes of an open leg after its Dial without a call event, and which calls have changed since they were stored.
 * How a leg begins, is answered and ends is in `Legs`.
 */
export class LegChanges {
  /** CallIDs whose legs have changed since {@link takeChanged}. */
  #changed = new Set<string>();
  /** The open IN legs of each caller whose channel variables go out with them, by its Uniqueid. */
  readonly #byCaller = new Map<string, readonly MutableLeg[]>();

  /** A queue's: its agent is on this channel. */
  setAgent(leg: MutableLeg, agent: MutableChannel | undefined): void {
    const before: MutableChannel | undefined = leg.agent;
    if (before === agent) return;
    if (before !== undefined) before.agentLegs = without(before.agentLegs, leg);
    leg.agent = agent;
    if (agent !== undefined) agent.agentLegs = withAdded(agent.agentLegs, leg);
    this.markChanged(leg);
  }

  /** A queue's: its caller has left it, to be connected with this agent. */
  leaveQueue(leg: MutableLeg, agent: Channel, at: number | undefined): void {
    leg.leftAt = at;
    this.setAgent(leg, agent);
  }

  /** A queue's: its caller is on another channel from now on. */
  moveCaller(leg: MutableLeg, to: MutableChannel): void {
    for (const channel of leg.channels as readonly MutableChannel[]) channel.queueLeg = undefined;
    leg.channels = [to];
    to.queueLeg = leg;
    this.markChanged(leg);
  }

  /** OUT: a dial was caused by it. */
  markCausedDial(leg: MutableLeg): void {
    leg.causedDial = true;
    this.markChanged(leg);
  }

  /** A dial ended with this DialStatus: towards it (IN), by it (OUT). */
  setDialStatus(leg: MutableLeg, status: string): void {
    leg.dialStatus = status;
    this.markChanged(leg);
  }

  /**
   * One of its channels hangs up with this Q.850 cause (-1: none was named), and Asterisk's text for it. It is not
   * stored.
   */
  setHangupCause(leg: MutableLeg, cause: number, causeText: string): void {
    leg.cause = cause;
    leg.causeText = causeText;
  }

  /** @param extension the name of the extension that transferred the call here */
  setTransferredBy(leg: MutableLeg, extension: string): void {
    leg.transferredBy = extension;
    this.markChanged(leg);
  }

  setQueue(leg: MutableLeg, queue: string): void {
    leg.queue = queue;
    this.markChanged(leg);
  }

  setVariable(leg: MutableLeg, name: string, value: string): void {
    leg.variables ??= new Map();
    leg.variables.set(name, value);
    this.markChanged(leg);
  }

  /** A variable of a caller has this value from now on: so it goes out with the legs of those that it has called. */
  setCallerVariable(uniqueid: string, name: string, value: string): void {
    for (const leg of this.#byCaller.get(uniqueid) ?? []) {
      leg.caller = { uniqueid, variables: new Map(leg.caller?.variables).set(name, value) };
      this.markChanged(leg);
    }
  }

  /** What is stored of a leg has changed. The methods above say so themselves; for what changes on its channels. */
  markChanged(leg: Leg): void {
    this.#changed.add(leg.call.callId);
  }

  /** What is stored of a call has changed, though no leg of it has. */
  protected markCallChanged(callId: string): void {
    this.#changed.add(callId);
  }

  /** The CallIDs whose legs have changed since the last time; the caller stores what is open of them. */
  takeChanged(): ReadonlySet<string> {
    const changed = this.#changed;
    if (changed.size > 0) this.#changed = new Set();
    return changed;
  }

  /** A leg has opened: the variables of its caller go out with it. */
  protected noteCaller(leg: MutableLeg): void {
    if (leg.caller === undefined) return;
    const { uniqueid } = leg.caller;
    this.#byCaller.set(uniqueid, withAdded(this.#byCaller.get(uniqueid) ?? [], leg));
  }

  /** A leg has ended. */
  protected forgetCaller(leg: MutableLeg): void {
    if (leg.caller === undefined) return;
    const { uniqueid } = leg.caller;
    const others = without(this.#byCaller.get(uniqueid) ?? [], leg);
    if (others.length === 0) this.#byCaller.delete(uniqueid);
    else this.#byCaller.set(uniqueid, others);
  }
}
