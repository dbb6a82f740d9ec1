/** What has happened, for jobs that wait for it. */
export interface NewJobEvent {
  readonly name: string;
  /** To whom or to what, such as an id. */
  readonly key?: string | null | undefined;
  readonly payload?: unknown;
}

export interface JobEvent {
  readonly id: string;
  readonly name: string;
  readonly key: string | null;
  // biome-ignore lint/suspicious/noExplicitAny: the program that stored it knows its form
  readonly payload: any;
  readonly created_at: string;
}

export const EVENT_KEYS: readonly (keyof NewJobEvent)[] = ["name", "key", "payload"];
