import { Enquiry } from '../ami/session/enquiry.ts';
import { isError, text } from '../ami/session/optional-actions.ts';
import type { AmiSettings } from '../ami/session/settings.ts';
import { askPhones } from '../pbx/ask-phones.ts';
import type { Console } from '../pbx/console.ts';
import type { PbxFacts } from '../pbx/phones.ts';

/** What was seen in one visit to AMI. */
export interface AmiVisit {
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
export async function visitAmi(
  settings: AmiSettings,
  watchMs: number,
  now: () => number,
  console: Console | undefined,
): Promise<AmiVisit> {
  const seen = new Set<string>();
  const visit = { fullyBooted: false, events: 0, stamped: 0, unstamped: 0 };
  // FullyBooted comes with the login, and only to who has asked for class system by then.
  const enquiry = await Enquiry.open({ ...settings, loginMask: settings.eventMask }, (packet) => {
    if (packet.event === 'FullyBooted') visit.fullyBooted = true;
    if (OTHERS.has(packet.event)) return;
    visit.events++;
    if (packet.get('Timestamp') === '') visit.unstamped++;
    else visit.stamped++;
    for (const name of ['Uniqueid', 'DestUniqueid', 'Uniqueid1', 'Uniqueid2']) seen.add(packet.get(name));
  });
  try {
    const before = await enquiry.list('CoreShowChannels');
    const pong = await enquiry.ask('Ping');
    const stamp = Number(text(pong?.timestamp));
    const aheadMs = stamp > 0 ? stamp * 1000 - now() : undefined;
    const core = await enquiry.ask('CoreSettings');
    const facts = await askPhones(enquiry, console);
    await enquiry.pause(watchMs);
    const after = await enquiry.list('CoreShowChannels');
    // With this answer everything is read that was sent before it.
    await enquiry.ask('Ping');
    const known = new Set('items' in before ? before.items.map(({ uniqueid = '' }) => uniqueid) : []);
    const now2 = 'items' in after ? after.items : [];
    return {
      ...visit,
      banner: enquiry.banner,
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
    enquiry.close();
  }
}
