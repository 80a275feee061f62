import type { DeliveryHistory } from '../../delivery/admin.ts';
import type { WebContext } from '../context.ts';
import { Connections } from './connections.ts';
import { Live } from './live.ts';
import { Stories } from './stories.ts';
import { UnknownChannels } from './unknown-channels.ts';

/** What pages and API know of calls and deliveries. */
export interface Watch {
  stories: Stories;
  unknown: UnknownChannels;
  connections: Connections;
  live: Live;
  /** From the outbox or the shared queue. */
  history: DeliveryHistory;
}

/** After the calls of the start. */
const WARM_UP_MS = 10_000;

const watches = new WeakMap<WebContext, Watch>();

/** The one that belongs to a page that is served; begun when it is first asked for, ended with the page. */
export function watchOf(context: WebContext): Watch {
  const known = watches.get(context);
  if (known !== undefined) return known;
  const { events, state, config } = context;
  const watch = {
    stories: new Stories(limitsOf(config)),
    unknown: new UnknownChannels(),
    connections: new Connections(state.servers),
    live: new Live(),
    history: context.openHistory(),
  };
  watches.set(context, watch);
  for (const part of [watch.stories, watch.unknown, watch.connections, watch.live])
    context.onClose(part.follow(events));
  context.onClose(async () => watch.history.close());
  // The first visitor is not to wait until a day is counted.
  const warmUp = setTimeout(() => void watch.history.minutes().catch(() => undefined), WARM_UP_MS);
  warmUp.unref();
  context.onClose(() => clearTimeout(warmUp));
  return watch;
}

const limitsOf = ({ web: { stories } }: WebContext['config']) => ({
  keepMs: stories.keep,
  calls: stories.calls,
  bytes: stories.memory * 1_000_000,
});
