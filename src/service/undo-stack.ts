/** What ends the parts of a service, in reverse order of their beginning. */
export class UndoStack {
  readonly #undo: (() => unknown)[] = [];

  push(undo: () => unknown): void {
    this.#undo.push(undo);
  }

  /**
   * Ends everything, each once; what fails keeps nothing else from ending.
   * @param onError called with each error
   * @throws the first error, at the end
   */
  async run(onError: (error: unknown) => void): Promise<void> {
    const errors: unknown[] = [];
    for (let undo = this.#undo.pop(); undo !== undefined; undo = this.#undo.pop())
      try {
        await undo();
      } catch (error) {
        errors.push(error);
        onError(error);
      }
    if (errors.length > 0) throw errors[0];
  }
}
