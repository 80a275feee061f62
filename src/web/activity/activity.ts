import type { DeliveryHistory } from '../../delivery/admin.ts';
import type { WebContext } from '../web-context.ts';
import { Connections } from './connections.ts';
import { Live } from './live.ts';
import { Stories } from './stories.ts';
import { UnknownChannels } from './unknown-channels.ts';

/** The calls and deliveries for pages and API. */
export interface Activity {
  stories: Stories;
  unknown: UnknownChannels;
  connections: Connections;
  live: Live;
  /** Deliveries in the outbox or the shared queue. */
  history: DeliveryHistory;
}

/** Runs after the calls of the start were handled. */
const WARM_UP_MS = 10_000;

const activities = new WeakMap<WebContext, Activity>();

/** The activity of a served page; created when it is first needed, ended with the page. */
export function activityOf(context: WebContext): Activity {
  const known = activities.get(context);
  if (known !== undefined) return known;
  const { events, state, config } = context;
  const activity = {
    stories: new Stories(limitsOf(config)),
    unknown: new UnknownChannels(),
    connections: new Connections(state.servers),
    live: new Live(context.watchAttempts),
    history: context.openHistory(),
  };
  activities.set(context, activity);
  for (const part of [activity.stories, activity.unknown, activity.connections, activity.live])
    context.onClose(part.follow(events));
  context.onClose(async () => activity.history.close());
  // So that the first visitor need not wait until a day is counted.
  const warmUp = setTimeout(() => void activity.history.minutes().catch(() => undefined), WARM_UP_MS);
  warmUp.unref();
  context.onClose(() => clearTimeout(warmUp));
  return activity;
}

const limitsOf = ({ web: { stories } }: WebContext['config']) => ({
  keepMs: stories.keep,
  calls: stories.calls,
  bytes: stories.memory * 1_000_000,
});
