import type { AmiEvent } from '../../events.ts';
import type { Packet } from '../../wire/packet.ts';
import { fieldsOf } from './identity.ts';
import type { TranslationState } from './translation-state.ts';

/** What becomes of a caller in a queue. Its channel goes by the Uniqueid; an agent's by its name, which `Channel` is then. */
export function queueEvent(
  { identities }: TranslationState,
  event: 'Leave' | 'QueueCallerAbandon' | 'AgentConnect' | 'AgentComplete',
  packet: Packet,
): AmiEvent[] {
  const uniqueid = packet.get('Uniqueid');
  const caller = event === 'Leave' ? identities.upsert(uniqueid, packet.get('Channel')) : identities.get(uniqueid);
  if (caller === undefined) return [];
  const fields = { ...fieldsOf(caller), queue: packet.get('Queue') };
  if (event === 'Leave') return [{ event: 'QueueCallerLeave', ...fields }];
  if (event === 'QueueCallerAbandon') return [{ event, ...fields }];
  const agent = identities.named(packet.get('Channel')) ?? identities.get(packet.get('BridgedChannel'));
  return [{ event, ...fields, ...(agent !== undefined && agent !== caller && { dest: fieldsOf(agent) }) }];
}
