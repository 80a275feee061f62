import { DESKS, did, type Line, outsider, PHONES, STRANGER } from './cast.ts';
import { UP } from './pbx.ts';
import {
  answers,
  type CallMade,
  calls,
  comesFromOutside,
  endsUnanswered,
  hangUp,
  oneAnswers,
  rings,
  type Script,
  talk,
  talkAndHangUp,
  together,
  type World,
} from './steps.ts';

/** How a phone does not answer: DialStatus and Q.850 cause. */
const REFUSALS = [
  ['BUSY', 17],
  ['NOANSWER', 19],
  ['CANCEL', 16],
  ['CONGESTION', 34],
  ['CHANUNAVAIL', 20],
] as const;

/** A caller for a call that goes inside: an extension, now and then somebody outside or a phone that is nobody's. */
export function* anyCaller(world: World, number: string): Script<CallMade> {
  const { random } = world;
  const who = random.below(10);
  if (who < 5) return yield* calls(world, random.pick(DESKS), number);
  if (who < 9) return yield* comesFromOutside(world, outsider(random), did(random));
  return yield* calls(world, STRANGER, number);
}

/** Two extensions that are not the same. */
export function pair({ random }: World): [Line, Line] {
  return random.some(DESKS, 2) as [Line, Line];
}

export function* direct(world: World): Script {
  const { random } = world;
  const callee = random.pick(DESKS);
  const { caller, channel } = yield* anyCaller(world, callee.number);
  const ring = yield* rings(world, caller, channel, callee);
  if (random.chance(0.6)) {
    yield* answers(world, caller, ring);
    yield* talkAndHangUp(world, channel, ring.channel);
    return;
  }
  const [status, cause] = random.pick(REFUSALS);
  yield* endsUnanswered(world, ring, status, cause);
  yield* hangUp(world, channel);
}

/** An extension calls out through the trunk. */
export function* outbound(world: World): Script {
  const { random } = world;
  const { caller, channel } = yield* calls(world, random.pick(DESKS), '0031201234567');
  const ring = yield* rings(world, caller, channel, outsider(random));
  if (random.chance(0.6)) {
    yield* answers(world, caller, ring);
    yield* talkAndHangUp(world, channel, ring.channel);
  } else {
    yield* endsUnanswered(world, ring, 'BUSY', 17);
    yield* hangUp(world, channel);
  }
}

export function* trunkToTrunk(world: World): Script {
  const { caller, channel } = yield* comesFromOutside(world, outsider(world.random), did(world.random));
  const ring = yield* rings(world, caller, channel, outsider(world.random));
  yield* answers(world, caller, ring);
  yield* talkAndHangUp(world, channel, ring.channel);
}

/** The phones of some extensions; some have two, and then both ring. */
export function group({ random }: World): Line[] {
  return random.some(PHONES, 2 + random.below(4)).flat();
}

/** Everybody is rung at once. */
export function* ringAll(world: World): Script {
  const { random } = world;
  const { caller, channel } = yield* anyCaller(world, '600');
  const ringing = yield* together(
    world,
    group(world).map((line) => rings(world, caller, channel, line)),
  );
  const answering = random.pick(ringing);
  const others = ringing.filter((ring) => ring !== answering);
  if (random.chance(0.7)) {
    yield* oneAnswers(world, caller, answering, others);
    yield* talkAndHangUp(world, channel, answering.channel);
  } else {
    yield* together(
      world,
      ringing.map((ring) => endsUnanswered(world, ring, 'NOANSWER')),
    );
    yield* hangUp(world, channel);
  }
}

/** A queue answers its caller, and rings its members again and again until one answers or the caller gives up. */
export function* queue(world: World): Script {
  const { pbx, truth, random } = world;
  const { caller, channel } = yield* anyCaller(world, '700');
  pbx.state(channel, UP);
  truth.goesOut(caller, channel.linkedid, 'by application');
  yield;
  const members = group(world);
  const attempts = random.below(4);
  for (let attempt = 0; attempt < attempts; attempt++) {
    const ringing = yield* together(
      world,
      members.map((line) => rings(world, caller, channel, line)),
    );
    if (attempt === attempts - 1 && random.chance(0.7)) {
      const answering = random.pick(ringing);
      yield* oneAnswers(
        world,
        caller,
        answering,
        ringing.filter((ring) => ring !== answering),
      );
      yield* talkAndHangUp(world, channel, answering.channel);
      return;
    }
    yield* together(
      world,
      ringing.map((ring) => endsUnanswered(world, ring, 'NOANSWER')),
    );
  }
  yield* hangUp(world, channel);
}

/** "Press 1": the phone is Up before it accepts; its dial says what came of it. */
export function* acceptance(world: World): Script {
  const { pbx, truth, random } = world;
  const { caller, channel } = yield* anyCaller(world, '320');
  const ring = yield* rings(world, caller, channel, random.pick(DESKS));
  pbx.state(ring.channel, UP);
  yield;
  yield;
  if (random.chance(0.5)) {
    truth.connects(caller, ring.leg, ring.line.extension);
    pbx.dialEnd(channel, ring.channel, 'ANSWER');
    yield;
    pbx.state(channel, UP);
    yield* talkAndHangUp(world, channel, ring.channel);
    return;
  }
  pbx.dialEnd(channel, ring.channel, random.pick(['CONTINUE', 'NOANSWER', 'GOTO', 'CONGESTION', 'BUSY', 'ABORT']));
  yield;
  yield* hangUp(world, ring.channel, channel);
}

/** Nobody answers, and then a voicemail box does: that is no answer. */
export function* voicemail(world: World): Script {
  const { pbx } = world;
  const callee = world.random.pick(DESKS);
  const { caller, channel } = yield* anyCaller(world, callee.number);
  const ring = yield* rings(world, caller, channel, callee);
  yield* endsUnanswered(world, ring, 'NOANSWER');
  pbx.state(channel, UP);
  yield;
  yield* hangUp(world, channel);
}

/** An application answers, and perhaps rings a phone later. */
export function* application(world: World): Script {
  const { pbx, truth, random } = world;
  const { caller, channel } = yield* anyCaller(world, random.pick(['300', '302', '*43', '*67123']));
  pbx.state(channel, UP);
  truth.goesOut(caller, channel.linkedid, 'by application');
  yield;
  yield;
  if (random.chance(0.5)) {
    yield* hangUp(world, channel);
    return;
  }
  const ring = yield* rings(world, caller, channel, random.pick(DESKS));
  if (random.chance(0.5)) {
    yield* answers(world, caller, ring);
    yield* talkAndHangUp(world, channel, ring.channel);
  } else {
    yield* endsUnanswered(world, ring, 'NOANSWER');
    yield* hangUp(world, channel);
  }
}

/** The caller hangs up before anything has happened. */
export function* givesUp(world: World): Script {
  const { channel } = yield* anyCaller(world, '999');
  yield* hangUp(world, channel);
}

/** Some call a conference; in it each is answered by the others. */
export function* conference(world: World): Script {
  const { pbx, truth, random } = world;
  const room = pbx.bridge('conference');
  const inside: CallMade[] = [];
  const guests = random.some(DESKS, 1 + random.below(4));
  yield* together(
    world,
    guests.map((line) => guest(line)),
  );

  function* guest(line: Line): Script {
    const made = yield* calls(world, line, '310');
    pbx.state(made.channel, UP);
    truth.goesOut(made.caller, made.channel.linkedid, 'by application');
    yield 'soon';
    pbx.enter(made.channel, room);
    inside.push(made);
    if (inside.length > 1) for (const { caller } of inside) truth.answers(caller.out);
    yield;
    yield;
    inside.splice(inside.indexOf(made), 1);
    yield* hangUp(world, made.channel);
  }
}

/** Somebody parks a call; a third extension fetches it. */
export function* park(world: World): Script {
  const { pbx, truth } = world;
  const [callee, fetcher] = pair(world);
  const { caller, channel } = yield* anyCaller(world, callee.number);
  // One extension's second channel in a call would join its leg.
  if (caller.line === fetcher) return yield* hangUp(world, channel);
  const ring = yield* rings(world, caller, channel, callee);
  yield* answers(world, caller, ring);
  yield* talk(world, channel, ring.channel);
  pbx.blindTransfer(ring.channel, channel, '700');
  pbx.enter(channel, pbx.bridge('parking'));
  yield;
  yield* hangUp(world, ring.channel);
  const fetching = yield* calls(world, fetcher, '701');
  truth.mightBe(fetcher, 'OUT', fetching.channel.linkedid);
  pbx.state(fetching.channel, UP);
  yield 'soon';
  const bridge = pbx.bridge('basic');
  pbx.enter(channel, bridge);
  yield 'soon';
  pbx.enter(fetching.channel, bridge);
  truth.goesOut(fetching.caller, fetching.channel.linkedid);
  truth.answers(fetching.caller.out);
  yield;
  yield* hangUp(world, channel, fetching.channel);
}
