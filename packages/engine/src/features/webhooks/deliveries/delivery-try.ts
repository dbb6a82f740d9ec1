/** One attempt to send a message, as it is kept. */
export interface DeliveryTry {
  /** ISO 8601. */
  readonly at: string;
  /** Null: there was no answer. */
  readonly status: number | null;
  /** Why it has failed; null: it has arrived. */
  readonly error: string | null;
  /** The beginning of the answer's body. */
  readonly answer: string | null;
  readonly duration_ms: number;
}
