/** Milliseconds since the Unix epoch. */
export interface Clock {
  now(): number;
}
