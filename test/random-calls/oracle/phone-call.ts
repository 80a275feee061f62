import { castPhone } from '../cast.ts';
import { shownBy } from '../phones/shown.ts';
import type { Purpose, Seen } from '../phones/story.ts';
import type { Meeting, Tag } from '../plan/plan.ts';
import { tagShown } from '../plan/tag.ts';

/** One call on one phone, from what the phone saw of it. Times are milliseconds; an absent one never came. */
export interface PhoneCall {
  id: string;
  phone: string;
  extension: string | undefined;
  direction: 'in' | 'out';
  /** When it was rung, or called. */
  at: number;
  /** The caller's, as a rung phone shows it; of a call that the phone makes, its own. */
  name: string;
  number: string;
  referredBy: string;
  /** Of a call that the phone makes: why, and the number dialled. */
  purpose?: Purpose;
  plan?: number;
  dialled?: string;
  /** The call that an INVITE with Replaces takes. */
  takes?: string;
  rang: boolean;
  /** 200 was sent, or came. */
  answeredAt?: number;
  /** The ACK came, or was sent. */
  confirmedAt?: number;
  /** CANCEL came. */
  cancelledAt?: number;
  /** A CANCEL and the answer crossed. */
  crossed: boolean;
  endedAt?: number;
  endedBy?: 'itself' | 'the other side' | 'cancel' | 'refusal';
  status?: number;
  digits: { at: number; digit: string }[];
  /** When it transferred its party. */
  refersAt: number[];
  /** It is a consultation that an attended transfer handed over. */
  handedOver: boolean;
  /** P-Asserted-Identity of the answer. */
  shownAtAnswer: string;
  meeting?: Meeting;
  /** Whose call it is, as far as it shows. */
  tag?: Tag;
  /** It shows that caller itself, not somebody who was transferred in the caller's call. */
  showsCaller: boolean;
  /** It is a call that a phone made to pick up another's, seen as if the phone were rung when it was answered. */
  isPickup: boolean;
}

/** The calls of a story, in the order in which they began. */
export function phoneCalls(story: readonly Seen[]): PhoneCall[] {
  const calls = new Map<string, PhoneCall>();
  for (const seen of story) {
    if (seen.saw === 'calls' || seen.saw === 'is called') calls.set(seen.call, begun(seen));
    const call = 'call' in seen ? calls.get(seen.call) : undefined;
    if (call !== undefined) add(call, seen, calls);
  }
  return [...calls.values()];
}

function begun(seen: Extract<Seen, { saw: 'calls' | 'is called' }>): PhoneCall {
  const isOut = seen.saw === 'calls';
  const shown = isOut ? undefined : tagShown(seen.name, seen.from, seen.referredBy);
  return {
    id: seen.call,
    phone: seen.phone,
    extension: castPhone(seen.phone).extension,
    direction: isOut ? 'out' : 'in',
    at: seen.at,
    name: seen.name,
    number: seen.from,
    referredBy: isOut ? '' : seen.referredBy,
    rang: false,
    crossed: false,
    digits: [],
    refersAt: [],
    handedOver: false,
    shownAtAnswer: '',
    showsCaller: shown?.itself ?? false,
    isPickup: false,
    ...(shown && { tag: shown.tag }),
    ...(isOut && {
      purpose: seen.purpose,
      plan: seen.plan,
      dialled: seen.number,
      tag: tagOf(seen),
      ...(seen.takes !== undefined && { takes: seen.takes }),
    }),
  };
}

function tagOf({ purpose, plan, name, from }: Extract<Seen, { saw: 'calls' }>): Tag {
  if (purpose === 'consultation') return tagShown(name, from)?.tag ?? { plan, mark: '' };
  return { plan, mark: purpose === 'main' ? '' : purpose === 'fetch' ? 'f' : 'p' };
}

function add(call: PhoneCall, seen: Seen, calls: Map<string, PhoneCall>): void {
  const { at } = seen;
  switch (seen.saw) {
    case 'meets':
      call.meeting = seen.meeting;
      return;
    case 'rings':
      call.rang = true;
      return;
    case 'answers':
      call.answeredAt = at;
      return;
    case 'is acknowledged':
      call.confirmedAt = at;
      return;
    case 'is answered':
      call.answeredAt = at;
      call.confirmedAt = at;
      call.shownAtAnswer = seen.shown;
      // It had cancelled: it hangs up at once.
      call.crossed = call.cancelledAt !== undefined;
      return;
    case 'cancels':
      call.cancelledAt = at;
      return;
    case 'is cancelled':
      call.cancelledAt = at;
      call.crossed = call.answeredAt !== undefined;
      if (!call.crossed) end(call, at, 'cancel');
      return;
    case 'refuses':
    case 'is refused':
      call.status = seen.status;
      end(call, at, 'refusal');
      return;
    case 'hangs up':
      end(call, at, 'itself');
      return;
    case 'is hung up':
      end(call, at, 'the other side');
      return;
    case 'presses':
      call.digits.push({ at, digit: seen.digit });
      return;
    case 'refers': {
      call.refersAt.push(at);
      const completed = calls.get(seen.completes ?? '');
      if (completed) completed.handedOver = true;
      return;
    }
    default:
  }
}

function end(call: PhoneCall, at: number, by: NonNullable<PhoneCall['endedBy']>): void {
  call.endedAt ??= at;
  call.endedBy ??= by;
}

/** Its phone gave up before anybody answered. */
export const wasCancelled = ({ cancelledAt, answeredAt }: PhoneCall): boolean =>
  cancelledAt !== undefined && answeredAt === undefined;

/**
 * When its part in the call was over: its end, or the transfer by which it left, which it cannot make before it talks.
 */
export const overAt = (
  { endedAt = Number.POSITIVE_INFINITY, confirmedAt = 0, refersAt }: PhoneCall,
  earlyMs = 50,
): number => Math.min(endedAt, ...refersAt.map((at) => Math.max(at - earlyMs, confirmedAt)));

/** Name and number of the party whose call a pickup took, as the answer showed them. */
export const shownToPicker = ({ shownAtAnswer }: PhoneCall) => shownBy(shownAtAnswer);
