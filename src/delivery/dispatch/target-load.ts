/** Attempts at once. */
export interface Limits {
  perTarget: number;
  /** Attempts to all targets, without the first to each. */
  total: number;
}

/** How one target stands. */
export interface TargetLoad {
  name: string;
  /** Deliveries that are on their way, or would be if there were a slot. */
  busy: number;
  /** For how long each takes a slot, about. */
  slotMs: number;
  /** It is left alone for now: its breaker is open. */
  isLeftAlone: boolean;
}
