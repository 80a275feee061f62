import { OneOffSession } from '../ami/session/one-off-session.ts';
import { firstValueOf, isError } from '../ami/session/optional-actions.ts';
import type { AmiSettings } from '../ami/session/settings.ts';
import { askPhones } from '../pbx/ask-phones.ts';
import type { Console } from '../pbx/console.ts';
import type { PbxFacts } from '../pbx/phones.ts';

/** What was observed on AMI in one short session. */
export interface AmiObservation {
  /** The version of AMI. */
  banner: string;
  /** Absent: Asterisk does not say. */
  asteriskVersion: string | undefined;
  /** Whether FullyBooted came: it does with read=system. */
  fullyBooted: boolean;
  /** Why CoreShowChannels was refused; absent: it was answered. */
  listRefused: string | undefined;
  /** How many channels were in both lists, at the beginning and at the end. */
  living: number;
  /** Channels that began between the two lists without an event. */
  unseen: string[];
  /** How many events of calls came. */
  events: number;
  /** How many of them had Asterisk's own time, and how many had not. */
  stamped: number;
  unstamped: number;
  /** How far Asterisk's clock is ahead of ours, in milliseconds; absent: Asterisk does not say. */
  aheadMs: number | undefined;
  facts: PbxFacts;
}

/** Events that do not belong to a call. */
const OTHERS = new Set([
  'FullyBooted',
  'Shutdown',
  'Status',
  'StatusComplete',
  'CoreShowChannel',
  'CoreShowChannelsComplete',
]);

/**
 * Logs in as the service does, asks for channels, phones and versions, and counts the events that come.
 * @param watchMs how long to listen
 * @throws {AmiError} when there is no connection, or it ends
 */
export async function observeAmi(
  settings: AmiSettings,
  watchMs: number,
  now: () => number,
  console: Console | undefined,
): Promise<AmiObservation> {
  const seen = new Set<string>();
  const observation = { fullyBooted: false, events: 0, stamped: 0, unstamped: 0 };
  // FullyBooted comes with the login, and only if class system was asked for by then.
  const session = await OneOffSession.open({ ...settings, loginMask: settings.eventMask }, (packet) => {
    if (packet.event === 'FullyBooted') observation.fullyBooted = true;
    if (OTHERS.has(packet.event)) return;
    observation.events++;
    if (packet.get('Timestamp') === '') observation.unstamped++;
    else observation.stamped++;
    for (const name of ['Uniqueid', 'DestUniqueid', 'Uniqueid1', 'Uniqueid2']) seen.add(packet.get(name));
  });
  try {
    const before = await session.list('CoreShowChannels');
    const pong = await session.ask('Ping');
    const stamp = Number(firstValueOf(pong?.timestamp));
    const aheadMs = stamp > 0 ? stamp * 1000 - now() : undefined;
    const core = await session.ask('CoreSettings');
    const facts = await askPhones(session, console);
    await session.pause(watchMs);
    const after = await session.list('CoreShowChannels');
    // By the time of this answer, all events that were sent before it have been read.
    await session.ask('Ping');
    const known = new Set('items' in before ? before.items.map(({ uniqueid = '' }) => uniqueid) : []);
    const now2 = 'items' in after ? after.items : [];
    return {
      ...observation,
      banner: session.banner,
      asteriskVersion:
        core === undefined || isError(core) ? undefined : firstValueOf(core.asteriskversion) || undefined,
      listRefused: 'refused' in before ? before.refused : undefined,
      living: now2.filter(({ uniqueid = '' }) => known.has(uniqueid)).length,
      unseen: now2
        .filter(({ uniqueid = '' }) => !known.has(uniqueid) && !seen.has(uniqueid))
        .map(({ channel = '' }) => channel),
      aheadMs,
      facts,
    };
  } finally {
    session.close();
  }
}
