import { DESKS, type Line } from './cast.ts';
import { type PbxChannel, UP } from './pbx.ts';
import { anyCaller, group, pair } from './shapes-direct.ts';
import { answers, hangUp, isInner, type Ring, rings, type Script, talk, together, type World } from './steps.ts';
import type { Caller } from './truth.ts';

/** A phone that is rung through Local channels, the outermost first. */
export interface LocalRing {
  ring: Ring;
  locals: readonly { source: PbxChannel; one: PbxChannel; two: PbxChannel }[];
}

/** `source` dials a phone through so many Local channels. */
export function* ringsThroughLocals(
  world: World,
  caller: Caller,
  source: PbxChannel,
  line: Line,
  depth: number,
): Script<LocalRing> {
  const { pbx, truth, random } = world;
  if (depth === 0) return { ring: yield* rings(world, caller, source, line, line.number), locals: [] };
  const [one, two] = pbx.local(line.number, 'members', source);
  yield 'soon';
  pbx.callerId(one, '600', '<unknown>');
  pbx.connectedLine(one, source.callerIdNum, source.callerIdName);
  yield 'soon';
  pbx.callerId(two, source.callerIdNum, source.callerIdName);
  yield 'soon';
  if (random.chance(0.8)) pbx.localBridge(one, two);
  if (!isInner(source)) truth.goesOut(caller, source.linkedid);
  pbx.dialBegin(source, one);
  yield;
  const inner = yield* ringsThroughLocals(world, caller, two, line, depth - 1);
  return { ring: inner.ring, locals: [{ source, one, two }, ...inner.locals] };
}

/** The phone behind the Local channels answers; the answer goes outwards, dial by dial. */
function* answersBehind(world: World, caller: Caller, { ring, locals }: LocalRing): Script {
  const { pbx, truth } = world;
  yield* answers(world, caller, ring);
  for (const { source, one, two } of locals.toReversed()) {
    yield* together(world, [up(two), up(one)]);
    if (!isInner(source)) {
      truth.connects(caller, ring.leg, ring.line.extension);
    }
    pbx.dialEnd(source, one, 'ANSWER');
    yield 'soon';
    if (!isInner(source)) yield* up(source);
  }

  function* up(channel: PbxChannel): Script {
    if (channel.state === UP) return;
    pbx.state(channel, UP);
    yield 'soon';
  }
}

/** Nobody answers there: each dial ends, from the outermost inwards, and what it had rung hangs up. */
function* endsBehind(world: World, { ring, locals }: LocalRing, status: string): Script {
  const { pbx } = world;
  const [local, ...inner] = locals;
  if (local === undefined) {
    pbx.dialEnd(ring.source, ring.channel, 'CANCEL');
    yield;
    pbx.hangup(ring.channel, 26);
    yield;
    return;
  }
  const { source, one, two } = local;
  pbx.dialEnd(source, one, status);
  yield;
  yield* together(world, [hangUp(world, one), endsBehind(world, { ring, locals: inner }, status)]);
  yield* hangUp(world, two);
}

/** Both ends speak through the Local channels, which Asterisk may take out of the way. */
function* talkThrough(world: World, { ring, locals }: LocalRing, far: PbxChannel): Script {
  const { pbx, random } = world;
  const seats = [far, ...locals.flatMap(({ one, two }) => [one, two]), ring.channel];
  const pairs = Array.from({ length: seats.length / 2 }, (_, index) => seats.slice(index * 2, index * 2 + 2));
  yield* together(
    world,
    pairs.map(([one, two]) => talk(world, one as PbxChannel, two as PbxChannel)),
  );
  yield;
  const optimised = random.chance(0.5);
  if (optimised) {
    for (const { one, two } of locals.toReversed()) {
      const bridge = one.bridge;
      if (bridge === undefined) continue;
      pbx.enter(ring.channel, bridge);
      yield;
      pbx.leave(one);
      yield;
      pbx.localOptimizationEnd(one, two);
      yield;
      yield* hangUp(world, one, two);
    }
  }
  const left = optimised ? [] : locals.flatMap(({ one, two }) => [one, two]);
  yield* hangUp(world, far, ring.channel, ...left);
}

/** A ring group whose members are rung through Local channels. */
export function* ringAllLocal(world: World): Script {
  const { random } = world;
  const { caller, channel } = yield* anyCaller(world, '201');
  const depth = 1 + random.below(3);
  const ringing = yield* together(
    world,
    group(world).map((line) => ringsThroughLocals(world, caller, channel, line, depth)),
  );
  const answering = random.pick(ringing);
  const others = ringing.filter((ring) => ring !== answering);
  if (random.chance(0.7)) {
    yield* together(world, [
      answersBehind(world, caller, answering),
      ...others.map((other) => endsBehind(world, other, 'CANCEL')),
    ]);
    yield* talkThrough(world, answering, channel);
  } else {
    yield* together(
      world,
      ringing.map((ring) => endsBehind(world, ring, 'NOANSWER')),
    );
    yield* hangUp(world, channel);
  }
}

/** The phone behind a Local channel is Up, but does not accept the call: the outer dial says so. */
export function* acceptanceLocal(world: World): Script {
  const { pbx, random } = world;
  const { caller, channel } = yield* anyCaller(world, '321');
  const rung = yield* ringsThroughLocals(world, caller, channel, random.pick(DESKS), 1);
  if (random.chance(0.4)) {
    yield* answersBehind(world, caller, rung);
    yield* talkThrough(world, rung, channel);
    return;
  }
  const [{ one, two }] = rung.locals as [LocalRing['locals'][number]];
  yield* answers(world, caller, rung.ring);
  if (random.chance(0.5)) yield* talk(world, two, rung.ring.channel);
  yield;
  pbx.dialEnd(channel, one, random.pick(['NOANSWER', 'CANCEL', 'CONGESTION']));
  yield;
  yield* hangUp(world, one, two, rung.ring.channel);
  yield* hangUp(world, channel);
}

/** The phone says 302: Asterisk rings where it points to, through a Local channel. */
export function* forward(world: World): Script {
  const { pbx, random } = world;
  const [first, second] = pair(world);
  const { caller, channel } = yield* anyCaller(world, first.number);
  const ring = yield* rings(world, caller, channel, first);
  const [one, two] = pbx.local(second.number, 'phones', channel);
  yield 'soon';
  pbx.callerId(two, channel.callerIdNum, channel.callerIdName);
  yield 'soon';
  pbx.localBridge(one, two);
  const moved = function* (): Script {
    pbx.dialEnd(channel, ring.channel, 'CANCEL', second.number);
    yield;
    pbx.hangup(ring.channel, 23);
    yield;
  };
  const rest = function* (): Script {
    pbx.dialBegin(channel, one);
    yield;
    const inner = yield* rings(world, caller, two, second, second.number);
    const rung = { ring: inner, locals: [{ source: channel, one, two }] };
    if (random.chance(0.6)) {
      yield* answersBehind(world, caller, rung);
      yield* talkThrough(world, rung, channel);
    } else {
      yield* endsBehind(world, rung, 'NOANSWER');
      yield* hangUp(world, channel);
    }
  };
  yield* together(world, [moved(), rest()]);
}
