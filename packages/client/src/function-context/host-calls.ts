import type { Job, NewJob } from "../items/job.ts";

interface InNamespace {
  /** `own` unless given: the function's own values. */
  readonly namespace?: string;
}

interface WithTime extends InNamespace {
  /** Seconds until it is deleted. */
  readonly ttl?: number;
}

export interface FunctionValue {
  readonly key: string;
  readonly value: unknown;
  /** Greater with each change. */
  readonly version: number;
  readonly expires_at: string | null;
}

/** `context.kv`: small values by keys. Each change is atomic. */
export interface FunctionValues {
  /** Null where there is none. */
  get<T = unknown>(key: string, options?: InNamespace): Promise<T | null>;
  entry(key: string, options?: InNamespace): Promise<FunctionValue | null>;
  /** `if_version`: throws `PRECONDITION_FAILED` where the value has another version; with 0, where there is one. */
  set(
    key: string,
    value: unknown,
    options?: WithTime & { readonly if_version?: number },
  ): Promise<{ readonly version: number }>;
  /** Adds an integer, 1 unless given, and returns the sum. `ttl` counts where it begins. */
  increment(key: string, by?: number, options?: WithTime): Promise<number>;
  /** Returns whether it was there. */
  delete(key: string, options?: InNamespace & { readonly if_version?: number }): Promise<boolean>;
  /** In the order of the keys; `after: next` continues. */
  list(
    options?: InNamespace & { readonly prefix?: string; readonly after?: string; readonly limit?: number },
  ): Promise<{ readonly entries: readonly FunctionValue[]; readonly next: string | null }>;
}

/** `context.jobs`: tasks of the queues, and the functions, that it declares. */
export interface FunctionJobs {
  enqueue(job: NewJob): Promise<Job>;
}

/** `context.mail`. */
export interface FunctionMail {
  /** `language`: a tag such as `de`, which chooses the template. */
  send(mail: {
    readonly to: string;
    readonly subject: string;
    readonly text: string;
    readonly language?: string;
  }): Promise<{ readonly to: string }>;
}

/** The job that the function runs, where it was started by one. */
export interface FunctionJob {
  readonly id: string;
  readonly queue: string;
  readonly name: string;
  readonly payload: unknown;
  /** From 1 on. */
  readonly attempt: number;
  readonly created_at: string;
}
