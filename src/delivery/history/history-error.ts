/** The history gives no answer: it takes too long, or the deliveries cannot be read. */
export class HistoryError extends Error {
  override readonly name = 'HistoryError';
}
