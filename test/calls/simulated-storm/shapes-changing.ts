import { DESKS, did, type Line, outsider } from './cast.ts';
import { DOWN, type PbxChannel, RINGING, UP } from './pbx.ts';
import { anyCaller, group, pair } from './shapes-direct.ts';
import { ringsThroughLocals } from './shapes-local.ts';
import {
  answers,
  calls,
  comesFromOutside,
  endsUnanswered,
  hangUp,
  isInner,
  type Ring,
  rings,
  type Script,
  talk,
  talkAndHangUp,
  together,
  type World,
} from './steps.ts';
import type { Caller } from './truth.ts';

/** Another phone takes a ringing call: by Pickup(), PickupChan() or an INVITE with Replaces. */
export function* pickup(world: World): Script {
  const { pbx, random } = world;
  const { caller, channel } = yield* anyCaller(world, '600');
  const phones = group(world);
  const ringing = yield* together(
    world,
    phones.map((line) => rings(world, caller, channel, line)),
  );
  const target = random.pick(ringing);
  const others = ringing.filter((ring) => ring !== target);
  const picker = yield* picksUp(world, caller, target, phones);
  yield* together(
    world,
    others.map((other) => endsUnanswered(world, other, 'CANCEL', 26)),
  );
  if (channel.state !== UP) pbx.state(channel, UP);
  yield;
  yield* talkAndHangUp(world, channel, picker.channel);
}

/** The same of a phone that rings behind a Local channel. */
export function* pickupLocal(world: World): Script {
  const { pbx, truth, random } = world;
  const { caller, channel } = yield* anyCaller(world, '201');
  const line = random.pick(DESKS);
  const { ring, locals } = yield* ringsThroughLocals(world, caller, channel, line, 1);
  const [{ one, two }] = locals as [(typeof locals)[number]];
  const picker = yield* picksUp(world, caller, ring, [line]);
  pbx.state(two, UP);
  yield;
  pbx.state(one, UP);
  yield;
  truth.connects(caller, picker.leg, picker.line.extension);
  pbx.dialEnd(channel, one, 'ANSWER');
  yield;
  pbx.state(channel, UP);
  yield;
  yield* together(world, [talk(world, picker.channel, two), talk(world, one, channel)]);
  yield* hangUp(world, one, two, channel, picker.channel);
}

function* picksUp(world: World, caller: Caller, target: Ring, ringing: readonly Line[]): Script<Ring> {
  const { pbx, truth, random } = world;
  const idle = DESKS.filter(({ extension }) => !ringing.some((line) => line.extension === extension));
  const line = random.pick(idle);
  const replaces = random.chance(0.2);
  const number = replaces ? target.line.number : random.pick(['*8', '*8', '8101']);
  const { channel: picker } = yield* calls(world, line, number);
  truth.mightBe(line, 'OUT', picker.linkedid);
  pbx.state(picker, UP);
  yield 'soon';
  const leg = truth.comesIn(caller, line, target.source?.linkedid ?? '', picker.uniqueid);
  if (!isInner(target.source)) {
    truth.connects(caller, leg, line.extension);
  }
  if (!replaces) {
    pbx.pickup(picker, target.channel);
    yield 'soon';
  }
  const gone = function* (): Script {
    pbx.hangup(target.channel, 26);
    yield 'soon';
  };
  const taken = function* (): Script {
    pbx.dialEnd(target.source, picker, 'ANSWER');
    yield 'soon';
  };
  yield* together(world, [gone(), taken()]);
  return { line, channel: picker, source: target.source, leg };
}

/** One of two that speak transfers the other one to a third, who may be busy. */
export function* blindTransfer(world: World): Script {
  const { pbx, random } = world;
  const [callee, target] = pair(world);
  const { caller, channel } = yield* anyCaller(world, callee.number);
  const ring = yield* rings(world, caller, channel, callee);
  yield* answers(world, caller, ring);
  yield* talk(world, channel, ring.channel);
  const byCalled = random.chance(0.5);
  const [transferer, transferee] = byCalled ? [ring.channel, channel] : [channel, ring.channel];
  const goesOn: Caller = byCalled
    ? caller
    : { line: callee, number: target.number, shown: { number: callee.number, name: callee.name }, wasCalled: true };
  pbx.blindTransfer(transferer, transferee, target.number);
  transferee.exten = target.number;
  yield;
  pbx.leave(transferee);
  yield;
  const [, onward] = yield* together<Ring | undefined>(world, [
    (function* (): Script<undefined> {
      yield* hangUp(world, transferer);
      return undefined;
    })(),
    rings(world, goesOn, transferee, target, target.number),
  ]);
  if (onward === undefined) return;
  if (random.chance(0.6)) {
    yield* answers(world, goesOn, onward);
    yield* talkAndHangUp(world, transferee, onward.channel);
  } else {
    yield* endsUnanswered(world, onward, 'BUSY', 17);
    yield* hangUp(world, transferee);
  }
}

/** The called extension consults a third on another line and joins both; the third may still be ringing. */
export function* attendedTransfer(world: World): Script {
  const { pbx, truth, random } = world;
  const [callee, target] = pair(world);
  const blonde = random.chance(0.4);
  const { caller, channel } = blonde
    ? yield* comesFromOutside(world, outsider(random), did(random))
    : yield* anyCaller(world, callee.number);
  const ring = yield* rings(world, caller, channel, callee);
  yield* answers(world, caller, ring);
  yield* talk(world, channel, ring.channel);
  yield;
  const second = yield* calls(world, callee, target.number);
  const consulted = yield* rings(world, second.caller, second.channel, target);
  if (blonde) {
    pbx.attendedTransfer(ring.channel, second.channel, channel, consulted.channel);
    yield;
    pbx.leave(channel);
    yield;
    yield* hangUp(world, second.channel, ring.channel);
    channel.exten = target.number;
    // It is the first party who gives up then.
    if (random.chance(0.3)) {
      yield* endsUnanswered(world, { ...consulted, source: channel }, 'CANCEL');
      yield* hangUp(world, channel);
      return;
    }
    pbx.state(consulted.channel, UP);
    yield;
    truth.connects(caller, consulted.leg, target.extension);
    pbx.dialEnd(channel, consulted.channel, 'ANSWER');
    yield;
    yield* talkAndHangUp(world, channel, consulted.channel);
    return;
  }
  yield* answers(world, second.caller, consulted);
  yield* talk(world, second.channel, consulted.channel);
  yield;
  const bridge = consulted.channel.bridge;
  if (bridge === undefined) return;
  pbx.leave(channel);
  yield;
  pbx.leave(second.channel);
  yield;
  pbx.enter(channel, bridge);
  yield;
  pbx.attendedTransfer(ring.channel, second.channel, channel, consulted.channel);
  yield;
  yield* together(world, [
    hangUp(world, ring.channel, second.channel),
    (function* (): Script {
      yield;
      yield* hangUp(world, channel, consulted.channel);
    })(),
  ]);
}

/** AMI Originate rings the extension's own phone, and then dials for it. */
export function* clickToCall(world: World): Script {
  const { pbx, random } = world;
  const [line, target] = pair(world);
  const phone = pbx.newchannel(line, DOWN, 's');
  yield 'soon';
  pbx.connectedLine(phone, line.number, line.name);
  yield 'soon';
  pbx.dialBegin(undefined, phone);
  yield;
  pbx.state(phone, RINGING);
  yield;
  if (random.chance(0.2)) {
    pbx.dialEnd(undefined, phone, 'NOANSWER');
    pbx.originateResponse(phone, 'Failure', target.number);
    yield;
    yield* hangUp(world, phone);
    return;
  }
  const number = random.pick([target.number, target.number, '301', '']);
  pbx.state(phone, UP);
  yield 'soon';
  const answered = function* (): Script {
    pbx.dialEnd(undefined, phone, 'ANSWER');
    yield 'soon';
  };
  const response = function* (): Script {
    pbx.originateResponse(phone, 'Success', number);
    yield 'soon';
  };
  yield* together(world, [answered(), response()]);
  const caller: Caller = { line, number, shown: { number: line.number, name: line.name } };
  phone.exten = number;
  yield* secondHalf(world, caller, phone, phone, target);
  yield* hangUp(world, phone);
}

/** The same through a Local channel, as FreePBX does it. */
export function* clickToCallLocal(world: World): Script {
  const { pbx, truth, random } = world;
  const [line, target] = pair(world);
  const [one, two] = pbx.local(line.number, 'phones', undefined);
  yield 'soon';
  pbx.callerId(one, line.number, line.name);
  pbx.callerId(two, line.number, line.name);
  yield 'soon';
  pbx.localBridge(one, two);
  const caller: Caller = { line, number: target.number, shown: { number: line.number, name: line.name } };
  pbx.dialBegin(undefined, one);
  yield;
  const phone = pbx.newchannel(line, DOWN, 's', two);
  truth.mightBe(line, 'IN', phone.linkedid);
  phone.exten = line.number;
  yield;
  pbx.dialBegin(two, phone);
  yield;
  pbx.state(phone, RINGING);
  yield;
  if (random.chance(0.2)) {
    pbx.dialEnd(two, phone, 'NOANSWER');
    yield;
    pbx.dialEnd(undefined, one, 'NOANSWER');
    pbx.originateResponse(one, 'Failure', target.number);
    yield;
    yield* hangUp(world, phone, one, two);
    return;
  }
  pbx.state(phone, UP);
  yield 'soon';
  pbx.dialEnd(two, phone, 'ANSWER');
  yield 'soon';
  pbx.originateResponse(one, 'Success', target.number);
  pbx.state(two, UP);
  yield 'soon';
  pbx.state(one, UP);
  yield 'soon';
  pbx.dialEnd(undefined, one, 'ANSWER');
  one.exten = target.number;
  yield* together(world, [talk(world, phone, two), secondHalf(world, caller, phone, one, target)]);
  yield* hangUp(world, one, two, phone);
}

/** The phone has answered: now the number is dialled that was asked for, or an application answers. */
function* secondHalf(world: World, caller: Caller, phone: PbxChannel, dialling: PbxChannel, target: Line): Script {
  const { truth, random } = world;
  if (caller.number !== target.number) {
    if (caller.number !== '') truth.goesOut(caller, phone.linkedid, 'by application');
    yield;
    return;
  }
  const ring = yield* rings(world, caller, dialling, target);
  if (random.chance(0.6)) {
    yield* answers(world, caller, ring);
    yield* talk(world, dialling, ring.channel);
    yield;
    yield* hangUp(world, ring.channel);
  } else yield* endsUnanswered(world, ring, 'BUSY', 17);
}
