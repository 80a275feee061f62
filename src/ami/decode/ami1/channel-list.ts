import type { ListedChannel } from '../../ami-events.ts';
import { fieldsOf } from './identity.ts';
import type { TranslationState } from './translation-state.ts';

/**
 * The living channels as `CoreShowChannels` lists them, under the uniqueids that the events give. What happened
 * meanwhile was missed: all others are forgotten with their dials, and which are linked is taken from the list.
 */
export function applyChannelList(
  { identities, dials, bridges }: TranslationState,
  channels: readonly ListedChannel[],
): ListedChannel[] {
  const uniqueids = new Set(channels.map((channel) => channel.uniqueid));
  for (const { uniqueid, channel } of channels) {
    const identity = identities.get(uniqueid);
    const named = identities.named(channel);
    if (identity !== undefined && named !== undefined && identity !== named) identities.swap(identity, named);
  }
  identities.keep(uniqueids);
  dials.keep(uniqueids);
  bridges.keep(uniqueids);
  for (const { uniqueid, channel, state, context } of channels) {
    const isNew = identities.get(uniqueid) === undefined;
    const identity = identities.upsert(uniqueid, channel);
    if (identity === undefined) continue;
    // A dial towards it may have been missed, so it must not pass for originated when it goes on to ring.
    if (isNew) identity.dialled = true;
    if (state >= 0) identity.state = state;
    if (context) identity.context = context;
  }
  for (const { uniqueid, bridge } of channels) {
    const identity = identities.get(uniqueid);
    const other = identities.get(bridge);
    if (identity === undefined) continue;
    if (other === undefined) bridges.leave(uniqueid, identity);
    else {
      const dial = dials.between(uniqueid, bridge);
      if (dial !== undefined) dials.end(dial, 'ANSWER');
      bridges.link(identity, other);
    }
  }
  return channels.flatMap((channel) => {
    const identity = identities.get(channel.uniqueid);
    return identity === undefined
      ? []
      : [{ ...channel, ...fieldsOf(identity, channel), bridge: identity.bridge ?? '' }];
  });
}
