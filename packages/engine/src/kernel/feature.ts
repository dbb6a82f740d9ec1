import type { Change, SqlDriver } from "@plinth/core";
import type { Engine } from "./engine.ts";
import type { Schedule } from "./scheduler.ts";

/** A part of the product in a folder of its own: what it brings, and when its code runs. */
export interface Feature {
  /** Unique; consumers and schedules are called after it. */
  readonly name: string;
  readonly consumers?: readonly ChangeConsumer[];
  readonly schedules?: readonly Schedule[];
}

/** Reads every workspace's change log with a durable cursor: each change at least once, in order, by one process. */
export interface ChangeConsumer {
  /** Names the cursor: unique, and never changed once released. */
  readonly name: string;
  /** Where it begins in a workspace that it has not read yet. */
  readonly from: "now" | "oldest";
  /** Throwing has the same changes given again, after a while. `signal` aborts when another process takes over. */
  handle(changes: readonly Change[], context: ConsumerContext): void | Promise<void>;
  /** The log was trimmed before it was read; the consumer goes on from the oldest change that is kept. */
  onGap?(context: Omit<ConsumerContext, "signal">): void | Promise<void>;
}

export interface ConsumerContext {
  readonly engine: Engine;
  readonly driver: SqlDriver;
  readonly workspaceId: string;
  readonly signal: AbortSignal;
}
