/** Things that arrive one by one, and that a test can wait for. */
export class Arrivals<T> {
  readonly all: T[] = [];
  #waiting = new Set<() => void>();

  add(thing: T): void {
    this.all.push(thing);
    for (const look of [...this.#waiting]) look();
  }

  /** Resolves with all of them when they satisfy the condition, at once or later. */
  async until(condition: (all: readonly T[]) => boolean, patienceMs = 10_000): Promise<readonly T[]> {
    if (condition(this.all)) return this.all;
    return new Promise((resolve, reject) => {
      const done = (conclude: () => void) => {
        clearTimeout(timer);
        this.#waiting.delete(look);
        conclude();
      };
      const look = () => {
        if (condition(this.all)) done(() => resolve(this.all));
      };
      const timer = setTimeout(() => {
        done(() =>
          reject(new Error(`waited ${patienceMs} ms in vain; arrived: ${JSON.stringify(this.all).slice(0, 2000)}`)),
        );
      }, patienceMs);
      this.#waiting.add(look);
    });
  }

  /** Resolves when there are so many that satisfy the condition. */
  async count(number: number, condition: (thing: T) => boolean = () => true): Promise<readonly T[]> {
    return this.until((all) => all.filter(condition).length >= number);
  }
}
