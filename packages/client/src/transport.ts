import type { PlinthClientError, Watcher } from "./types.ts";

/** A message of any stream. */
export interface Message {
  readonly event: string;
  readonly [name: string]: unknown;
}

/** The content of a request; the same for every transport. */
export interface StreamRequest {
  readonly path: string;
  readonly query: Readonly<Record<string, string | undefined>>;
  readonly body?: object;
  /** The position to resume from. */
  readonly after: string | undefined;
}

export interface Stream extends Watcher {
  /** The request for the stream's current position. */
  request(): StreamRequest;
  /** False: the message does not fit, so reconnect, after a pause that grows if it happens again. */
  take(message: Message, position: string | undefined): boolean;
  /** True where a refusal only means to resume from another position. */
  recover?(error: PlinthClientError): boolean;
}

/** What a connection reports to its stream. */
export interface StreamSink {
  take(message: Message, position: string | undefined): boolean;
  /** It broke, and is reconnecting. */
  lost(): void;
}

/** One stream's connection to the server. */
export interface Connection {
  /**
   * Feeds the stream until the connection ends. Resolves with the milliseconds to wait before the next one, such as
   * those that the server asked for, or undefined if it counts as a failure. Rejects with the server's refusal, or with
   * a failure.
   */
  connect(sink: StreamSink, signal: AbortSignal): Promise<number | undefined>;
  /** The network is back: stop waiting. */
  hurry?(): void;
  close?(): void;
}

export type Transport = (stream: Stream) => Connection;

/** A connection that lasted this long was a success: the next one is not a retry. */
export const HELD_MS = 5000;

const MAX_DELAY_MS = 30_000;
const FIRST_DELAY_MS = 500;

/** Doubles after each failure, randomised over the upper half, so that clients do not all reconnect at once. */
export function backoff(failures: number): number {
  const most = Math.min(MAX_DELAY_MS, FIRST_DELAY_MS * 2 ** Math.min(failures, 10));
  return most * (0.5 + Math.random() / 2);
}
