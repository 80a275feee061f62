/** What is asked of the history and is not answered: it takes too long, or the deliveries cannot be read. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
}
