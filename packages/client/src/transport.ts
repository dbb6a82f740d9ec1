import type { PlinthClientError, Watcher } from "./types.ts";

/** A message of any stream. */
export interface Message {
  readonly event: string;
  readonly [name: string]: unknown;
}

/** What is asked for; the same whatever carries it. */
export interface StreamRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  /** Where it goes on. */
  readonly after: string | undefined;
}

export interface Stream extends Watcher {
  /** The request for where the stream stands now. */
  request(): StreamRequest;
  /** False: what came does not fit, so connect anew, after a pause that grows where it happens again. */
  take(message: Message, position: string | undefined): boolean;
  /** True where a refusal only means to go on from elsewhere. */
  recover?(error: PlinthClientError): boolean;
}

/** What a connection tells its stream. */
export interface StreamSink {
  take(message: Message, position: string | undefined): boolean;
  /** It broke, and is being made anew. */
  lost(): void;
}

/** One stream's way to the server. */
export interface Connection {
  /**
   * Feeds the stream until the connection ends. Resolves with the milliseconds to wait before the next one, such as those
   * that the server asked for, or undefined where that is to be judged like a failure. Rejects with what the server refused, or with a failure.
   */
  connect(sink: StreamSink, signal: AbortSignal): Promise<number | undefined>;
  /** The network is back: no more waiting. */
  hurry?(): void;
  close?(): void;
}

export type Transport = (stream: Stream) => Connection;

/** A connection that lasted so long has done its work: when it ends, the next one is no further attempt. */
export const HELD_MS = 5000;

const MAX_DELAY_MS = 30_000;
const FIRST_DELAY_MS = 500;

/** Twice as long after each failure, anywhere in the upper half, so that many do not come back at once. */
export function backoff(failures: number): number {
  const most = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 10));
  return most * (0.5 + Math.random() / 2);
}
