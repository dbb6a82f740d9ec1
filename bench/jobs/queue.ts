/** A queue of jobs that is measured. */
export interface Queue {
  readonly name: string;
  /** Stores one job, which says its number. Rejects where that is refused or not known. */
  send(n: number): Promise<unknown>;
  insert(from: number, count: number): Promise<unknown>;
  /** Begins to do jobs; called when one begins. */
  work(began: Began): Promise<void>;
  readonly workerPid: number;
  /** Ends its worker by SIGKILL, and starts another one, which does nothing until `work`. */
  renewWorker(): Promise<void>;
  /** Ends its worker by SIGKILL, and has another one work. */
  killWorker(): Promise<void>;
  stop(): Promise<void>;
}

/** `at`: milliseconds since the epoch. */
export type Began = (n: number, at: number) => void;
