import type { Line } from './cast.ts';
import { DOWN, type Pbx, type PbxChannel, RING, RINGING, UP } from './pbx.ts';
import type { Random } from './random.ts';
import type { Caller, TrueLeg, Truth } from './truth.ts';

/** What the script of a call works with. */
export interface World {
  pbx: Pbx;
  truth: Truth;
  random: Random;
}

/**
 * A call goes on step by step. Between two steps other calls go on and time passes; `soon`: Asterisk takes the next
 * step within milliseconds.
 */
export type Script<Result = void> = Generator<'soon' | undefined, Result, void>;

/** A call that somebody makes. */
export interface CallMade {
  caller: Caller;
  channel: PbxChannel;
}

/** A phone that is rung. */
export interface Ring {
  line: Line;
  channel: PbxChannel;
  /** Who dials it: the caller's channel, or the half of a Local channel. Absent: Originate. */
  source: PbxChannel | undefined;
  leg: TrueLeg | undefined;
}

/** Several scripts at once, as the threads of Asterisk run. */
export function* together<Result>({ random }: World, scripts: readonly Script<Result>[]): Script<Result[]> {
  const results: Result[] = [];
  const left = scripts.map((script, index) => ({ script, index }));
  while (left.length > 0) {
    const at = random.below(left.length);
    const { script, index } = left[at] as (typeof left)[number];
    const step = script.next();
    if (step.done) {
      results[index] = step.value;
      left.splice(at, 1);
    } else yield step.value;
  }
  return results;
}

/** Somebody dials a number. */
export function* calls({ pbx, random }: World, line: Line, number: string): Script<CallMade> {
  const channel = pbx.newchannel(line, RING, number);
  const shown = { number: line.number, name: line.name };
  yield;
  if (random.chance(0.1)) {
    shown.name = 'Set by the dialplan';
    pbx.callerId(channel, shown.number, shown.name);
    yield;
  }
  if (random.chance(0.2)) {
    pbx.newexten(channel, number);
    yield;
    pbx.newexten(channel, 's');
    channel.exten = number;
    yield;
  }
  return { caller: { line, number, shown }, channel };
}

/** A call comes in from outside; an analogue line shows `s`, and has the number in a variable. */
export function* comesFromOutside(world: World, line: Line, number: string): Script<CallMade> {
  const { pbx, truth } = world;
  if (world.random.chance(0.8)) {
    const made = yield* calls(world, line, number);
    truth.callsIn(made.caller, made.channel.linkedid);
    return made;
  }
  const channel = pbx.newchannel(line, RING, 's');
  yield;
  pbx.varSet(channel, world.random.chance(0.5) ? 'FROM_DID' : '__FROM_DID', number);
  const caller: Caller = { line, number, shown: { number: line.number, name: line.name } };
  truth.callsIn(caller, channel.linkedid);
  yield;
  return { caller, channel };
}

/** A phone begins to ring: `source` dials it for `caller`. Its Ringing may be emitted before its DialBegin. */
export function* rings(
  { pbx, truth, random }: World,
  caller: Caller,
  source: PbxChannel,
  line: Line,
  exten = source.exten,
): Script<Ring> {
  const channel = pbx.newchannel(line, DOWN, 's', source);
  yield 'soon';
  channel.exten = exten;
  if (random.chance(0.9)) {
    pbx.connectedLine(channel, source.callerIdNum, source.callerIdName);
    yield 'soon';
  }
  const early = random.chance(0.15);
  if (early) {
    pbx.state(channel, RINGING);
    yield 'soon';
  }
  if (!isInner(source)) truth.goesOut(caller, source.linkedid);
  const leg = truth.comesIn(caller, line, source.linkedid, channel.uniqueid);
  pbx.dialBegin(source, channel);
  yield;
  if (!early && random.chance(0.9)) {
    pbx.state(channel, RINGING);
    yield;
  }
  return { line, channel, source, leg };
}

/**
 * Whether a dial by this channel is inside of another dial: the half of a Local channel that runs the dialplan dials.
 */
export function isInner(source: PbxChannel | undefined): boolean {
  return source?.channel.endsWith(';2') === true;
}

/** The phone answers, and its dial with it. The caller's own leg is answered when no other dial is around this one. */
export function* answers({ pbx, truth }: World, caller: Caller, ring: Ring): Script {
  pbx.state(ring.channel, UP);
  yield 'soon';
  const outermost = !isInner(ring.source);
  if (outermost) {
    truth.connects(caller, ring.leg, ring.line.extension);
  }
  pbx.dialEnd(ring.source, ring.channel, 'ANSWER');
  yield 'soon';
  if (outermost && ring.source !== undefined && ring.source.state !== UP) {
    pbx.state(ring.source, UP);
    yield 'soon';
  }
}

/** The phone does not answer: its dial ends, then its channel, or the other way round. */
export function* endsUnanswered({ pbx, random }: World, ring: Ring, status: string, cause = 16): Script {
  pbx.dialEnd(ring.source, ring.channel, status);
  // A queue reports it twice, and then as cancelled.
  if (random.chance(0.15)) {
    yield;
    pbx.dialEnd(ring.source, ring.channel, 'CANCEL');
  }
  yield;
  pbx.hangup(ring.channel, cause);
  yield;
}

/** Two channels speak. */
export function* talk({ pbx, random }: World, one: PbxChannel, two: PbxChannel): Script {
  const bridge = pbx.bridge('basic');
  const [first, second] = random.chance(0.5) ? [one, two] : [two, one];
  pbx.enter(first, bridge);
  yield 'soon';
  pbx.enter(second, bridge);
  yield;
  if (random.chance(0.2)) {
    pbx.connectedLine(one, two.callerIdNum, two.callerIdName);
    yield;
  }
}

/** All of them hang up, in any order; what is in a bridge leaves it first. */
export function* hangUp({ pbx, random }: World, ...channels: PbxChannel[]): Script {
  for (const channel of random.some(channels, channels.length)) {
    if (random.chance(0.5)) {
      pbx.leave(channel);
      yield;
    }
    pbx.hangup(channel);
    yield;
  }
}

/** The usual end of an answered call: both speak for a while and hang up. */
export function* talkAndHangUp(world: World, one: PbxChannel, two: PbxChannel): Script {
  yield* talk(world, one, two);
  yield;
  yield* hangUp(world, one, two);
}

/** One phone of those that ring answers, the others are cancelled meanwhile. */
export function* oneAnswers(world: World, caller: Caller, ring: Ring, others: readonly Ring[]): Script {
  yield* together(world, [
    answers(world, caller, ring),
    ...others.map((other) => endsUnanswered(world, other, world.random.pick(['CANCEL', 'NOANSWER']), 26)),
  ]);
}
