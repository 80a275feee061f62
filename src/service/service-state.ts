import type { SessionState } from '../ami/session/reconnecting-session.ts';
import type { CallParameters } from '../calls/call-event.ts';
import type { ConfigError } from '../config/config-problem.ts';
import type { OutboxHealth } from '../delivery/store.ts';

/** The service as it stands now. */
export interface ServiceState {
  /** Every Asterisk server that it is to be connected with; empty: it is not running. */
  servers: ServerState[];
  outbox: OutboxHealth;
  /** Deliveries on their way, the age of the oldest in milliseconds, and how many requests are being sent. */
  queue: {
    depth: number;
    oldestMs: number;
    running: number;
    /** Why nothing can be moved into the shared queue; absent: it can, or there is none. */
    trouble?: string;
  };
  /** Of all servers together. */
  tracker: { channels: number; legs: number };
  /** Rules whose receiver answered 410 Gone. */
  suspended: number;
  /** What is wrong with config.yaml as it stands now: another configuration is active. Absent: it is the active one. */
  refused?: ConfigError;
}

export interface ServerState {
  /** Its name in config.yaml; empty where there is only one. */
  server: string;
  state: SessionState;
  /** Logged in, with events on: `synchronising` or `ready`. */
  connected: boolean;
  /**
   * There is a shared queue, and Asterisk does not say when it was started: that is part of the ids. Absent: all is
   * well.
   */
  withoutStartup?: true;
  /** Names of channels that live, as Asterisk's last list says, and that no event has shown; absent: none. */
  unseen?: readonly string[];
}

/** A leg whose Hangup is to come, as it stands now. Times in milliseconds since 1970, by Asterisk's clock. */
export interface OpenLeg {
  server: string;
  extension: string;
  /** As its Dial event had them. */
  params: CallParameters;
  /** Names of its living channels. */
  channels: string[];
  openedAt: number | undefined;
  /** Absent: it was not answered yet, or when is unknown. */
  answeredAt: number | undefined;
  answered: boolean;
}

/** Whether the events of every Asterisk server come in. */
export function isConnected({ servers }: ServiceState): boolean {
  return servers.length > 0 && servers.every(({ connected }) => connected);
}
