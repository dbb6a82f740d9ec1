/** Wakes the app at a time, where no process lasts that could wait for it. The host then calls `App.wake`. */
export interface Alarm {
  /** It rings at this time at the latest: one that is set for an earlier time stays. */
  setBy(at: number): Promise<void>;
}
