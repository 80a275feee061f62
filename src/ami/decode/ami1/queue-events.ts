import type { AmiEvent } from '../../ami-events.ts';
import type { Packet } from '../../wire/packet.ts';
import { fieldsOf } from './identity.ts';
import type { TranslationState } from './translation-state.ts';

/**
 * The events of a queue's caller. They name the caller's channel by its Uniqueid, and the agent's by its name in
 * `Channel`.
 */
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
