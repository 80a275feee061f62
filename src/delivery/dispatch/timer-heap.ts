interface Entry<Item> {
  due: number;
  item: Item;
}

/** Items in the order of their due times: a binary heap. */
export class TimerHeap<Item> {
  readonly #heap: Entry<Item>[] = [];

  /** When the first is due; Infinity when there is none. */
  get nextDue(): number {
    return this.#heap[0]?.due ?? Number.POSITIVE_INFINITY;
  }

  push(due: number, item: Item): void {
    const heap = this.#heap;
    let at = heap.length;
    heap.push({ due, item });
    while (at > 0) {
      const parent = (at - 1) >> 1;
      const above = heap[parent];
      if (above === undefined || above.due <= due) break;
      heap[at] = above;
      heap[parent] = { due, item };
      at = parent;
    }
  }

  /** The first item, when it is due by now. */
  shift(now: number): Item | undefined {
    const heap = this.#heap;
    const first = heap[0];
    if (first === undefined || first.due > now) return undefined;
    const last = heap.pop();
    if (last === undefined || heap.length === 0) return first.item;
    let at = 0;
    for (;;) {
      let least = 2 * at + 1;
      const left = heap[least];
      const right = heap[least + 1];
      if (left === undefined) break;
      if (right !== undefined && right.due < left.due) least++;
      const child = heap[least];
      if (child === undefined || child.due >= last.due) break;
      heap[at] = child;
      at = least;
    }
    heap[at] = last;
    return first.item;
  }
}
