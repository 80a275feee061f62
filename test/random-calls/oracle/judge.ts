import type { Arrival } from '../../faults/recording-receiver.ts';
import { EXTENSIONS, QUIET } from '../cast.ts';
import type { Seen } from '../phones/story.ts';
import type { Added } from '../settings.ts';
import { CallIds } from './call-ids.ts';
import { Evidence } from './evidence.ts';
import { judgeAdded } from './judge-added.ts';
import { judgeMissedOfTransfers } from './judge-missed.ts';
import { judgeOutgoing } from './judge-outgoing.ts';
import { judgeRings } from './judge-rings.ts';
import { dialledLegs, judgeLegs, legsOf } from './legs.ts';
import { sceneOf } from './scene.ts';
import { Tally } from './tally.ts';

/** What was judged of a run. */
export interface Verdict {
  legs: number;
  /** Calls in which a value is wrong. */
  failed: number;
  tally: Tally;
}

/**
 * What the phones saw against what the receiver got: which legs there must be, and what they must say, by the
 * definition alone. Pure; it knows nothing of AMI. Where the phones cannot say, it does not judge, and counts that.
 * @param added what the service was asked to send besides
 */
export function judge(story: readonly Seen[], arrivals: readonly Arrival[], added: readonly Added[] = []): Verdict {
  const tally = new Tally();
  const scene = sceneOf(new Evidence(story));
  const { evidence } = scene;
  const legs = legsOf(arrivals);
  judgeLegs(legs, arrivals, evidence.gaps.length > 0, tally);
  for (const { id, extension, callId } of legs)
    if (QUIET.some((quiet) => quiet === extension))
      tally.compare('no leg of a phone that nobody calls', false, `${id} is of ${extension}`, { leg: { id, callId } });
  const dialled = dialledLegs(legs).filter(({ extension }) => EXTENSIONS.some((one) => one === extension));
  const callIds = new CallIds();
  const rung = judgeRings(scene, dialled, callIds, tally);
  judgeOutgoing(scene, dialled, rung, callIds, tally);
  callIds.judge(evidence, tally);
  if (added.includes('missed')) judgeMissedOfTransfers(scene, rung, tally);
  judgeAdded(scene, legs, dialledLegs(legs), callIds, added, tally);
  const failed = new Set(tally.wrong.map(({ plan, callId, kind }) => plan ?? callId ?? kind)).size;
  return { legs: legs.length, failed, tally };
}
