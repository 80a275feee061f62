/** Ids of the rules whose receiver answered 410 Gone: they send nothing until they are resumed. */
export class SuspendedRules {
  #ids: ReadonlySet<string> = new Set();

  get ids(): ReadonlySet<string> {
    return this.#ids;
  }

  has(ruleId: string): boolean {
    return this.#ids.has(ruleId);
  }

  add(ruleId: string): void {
    this.#ids = new Set([...this.#ids, ruleId]);
  }

  /** @param ids of all suspended rules in the outbox */
  replace(ids: Iterable<string>): void {
    this.#ids = new Set(ids);
  }
}
