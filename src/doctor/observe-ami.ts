import { OneOffSession } from '../ami/session/one-off-session.ts';
import { isError, text } from '../ami/session/optional-actions.ts';
import type { AmiSettings } from '../ami/session/settings.ts';
import { askPhones } from '../pbx/ask-phones.ts';
import type { Console } from '../pbx/console.ts';
import type { PbxFacts } from '../pbx/phones.ts';

/** What was observed on AMI in one short session. */
export interface AmiObservation {
  /** Its version of AMI. */
  banner: string;
  /** Absent: it does not say. */
  asteriskVersion: string | undefined;
  /** FullyBooted came, as it does with read=system. */
  fullyBooted: boolean;
  /** Why CoreShowChannels was refused; absent: it was not. */
  listRefused: string | undefined;
  /** Channels that were in the list both times. */
  living: number;
  /** Channels that came into being meanwhile, and of which no event has said so. */
  unseen: string[];
  /** Events of calls that came. */
  events: number;
  /** Events with Asterisk's own time, and without. */
  stamped: number;
  unstamped: number;
  /** How far Asterisk's clock is ahead of ours, in milliseconds; absent: it does not say. */
  aheadMs: number | undefined;
  facts: PbxFacts;
}

/** Events that are no call's. */
const OTHERS = new Set([
  'FullyBooted',
  'Shutdown',
  'Status',
  'StatusComplete',
  'CoreShowChannel',
  'CoreShowChannelsComplete',
]);

/**
 * Logs in as the service does, listens for a while, and asks what can be asked.
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
  // FullyBooted comes with the login, and only to a session that has asked for class system by then.
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
    const stamp = Number(text(pong?.timestamp));
    const aheadMs = stamp > 0 ? stamp * 1000 - now() : undefined;
    const core = await session.ask('CoreSettings');
    const facts = await askPhones(session, console);
    await session.pause(watchMs);
    const after = await session.list('CoreShowChannels');
    // With this answer everything is read that was sent before it.
    await session.ask('Ping');
    const known = new Set('items' in before ? before.items.map(({ uniqueid = '' }) => uniqueid) : []);
    const now2 = 'items' in after ? after.items : [];
    return {
      ...observation,
      banner: session.banner,
      asteriskVersion: core === undefined || isError(core) ? undefined : text(core.asteriskversion) || undefined,
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
