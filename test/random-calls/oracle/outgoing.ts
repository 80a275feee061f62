import { didOf, isExtension } from '../cast.ts';
import type { Tag } from '../plan/plan.ts';
import { isFeatureCode } from './dialplan.ts';
import { asTaken } from './names.ts';
import { overAt, type PhoneCall } from './phone-call.ts';
import type { Scene } from './scene.ts';

/** A call that an extension makes: what must become one OUT leg, if it goes anywhere. */
export interface Outgoing {
  call: PhoneCall;
  tag: Tag;
  extension: string;
  /** `fetch`: it fetches a parked call. `click`: the PBX makes it, once the phone has answered. */
  purpose: 'call' | 'consultation' | 'fetch' | 'click' | 'click to application';
  number: string;
  name: string;
  dialled: string;
  /** The extension dialled, and its DID. */
  calledExtension: string | undefined;
  calledDid: string | undefined;
  from: number;
  to: number;
}

export function outgoingOf(scene: Scene): Outgoing[] {
  const { evidence } = scene;
  const made = evidence.calls.flatMap((call) => (call.direction === 'out' ? madeBy(call) : []));
  const clicks = [...scene.first.answered].flatMap(([plan, call]) => {
    const tag: Tag = { plan, mark: '' };
    const begins = evidence.originated(tag);
    if (begins === undefined) return [];
    const { number: dialled, extension, name } = begins;
    const purpose = dialled === '' ? 'click to application' : 'click';
    return [
      outgoing(call, tag, {
        extension,
        purpose,
        number: extension,
        name,
        dialled,
        from: call.answeredAt ?? call.at,
        to: overAt(call, 0),
      }),
    ];
  });
  return [...made, ...clicks];
}

function madeBy(call: PhoneCall): Outgoing[] {
  const { tag, purpose, extension, dialled = '' } = call;
  if (extension === undefined || tag === undefined || purpose === undefined) return [];
  if (purpose === 'pickup' || purpose === 'replaces' || isFeatureCode(dialled)) return [];
  return [
    outgoing(call, tag, {
      extension,
      purpose: purpose === 'main' ? 'call' : purpose,
      number: call.number,
      name: asTaken(call.name),
      dialled,
      from: call.at,
      to: overAt(call, 0),
    }),
  ];
}

function outgoing(
  call: PhoneCall,
  tag: Tag,
  rest: Omit<Outgoing, 'call' | 'tag' | 'calledExtension' | 'calledDid'>,
): Outgoing {
  const calledExtension = isExtension(rest.dialled) ? rest.dialled : undefined;
  return { call, tag, calledExtension, calledDid: didOf(calledExtension), ...rest };
}
