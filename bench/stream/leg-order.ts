/** Whether the events of each leg come in their order. */
export class LegOrder {
  readonly #next = new Map<string, number>();
  /** How many came before, or after, their turn. */
  wrong = 0;

  /** @param step 0 for the first event of a leg */
  comes(leg: string, step: number): void {
    const next = this.#next.get(leg) ?? 0;
    if (step !== next) this.wrong++;
    this.#next.set(leg, Math.max(next, step + 1));
  }
}
