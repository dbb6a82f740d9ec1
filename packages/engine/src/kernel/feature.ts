import type { Change, SqlDriver } from "@plinth/core";
import type { Migration, Table, TableOwner } from "@plinth/db";
import type { BeforeWrite } from "./before-write.ts";
import type { Check } from "./check.ts";
import type { Engine } from "./engine.ts";
import type { FunctionFiles } from "./function-files.ts";
import type { AskHookFunction } from "./hook-function.ts";
import type { JobEvents } from "./job-events.ts";
import type { JobHandler } from "./jobs.ts";
import type { Schedule } from "./scheduler.ts";

/** An independent part of the product in its own folder: what it adds, and when its code runs. */
export interface Feature extends TableOwner {
  /** Unique. The names of tables, consumers and schedules start with it, and the ledger of migrations holds it. */
  readonly name: string;
  /** All of its tables, whose names start with `plinth_`. A test compares them with what the migrations make. */
  readonly tables?: readonly Table[];
  /** Applied once, in this order, after Plinth's own. Never changed after a release, and never removed. */
  readonly migrations?: readonly Migration[];
  readonly consumers?: readonly ChangeConsumer[];
  readonly schedules?: readonly Schedule[];
  /** Its schedules send to other servers what the database holds. They do not run while `SENDING` is `paused`. */
  readonly sends?: true;
  /** Kinds of jobs that it runs. */
  readonly jobs?: readonly JobHandler[];
  /** Stores events that steps of jobs wait for. One feature at most has it. */
  readonly jobEvents?: JobEvents;
  /** Asks code of the workspaces before items are written. One feature at most has it. */
  readonly beforeWrite?: BeforeWrite;
  /** Asks code of the workspaces that the settings of sign-in name. One feature at most has it. */
  readonly askHookFunction?: AskHookFunction;
  /** Files as functions reach them. One feature at most has it. */
  readonly functionFiles?: FunctionFiles;
  /** What `GET /api/doctor` looks at. */
  readonly checks?: readonly Check[];
}

/**
 * Reads every workspace's change log with a durable cursor: each change at least once, in order, in one process at a
 * time.
 */
export interface ChangeConsumer {
  /** The cursor's name: unique, and never changed after a release. */
  readonly name: string;
  /** The start position in a workspace that it has not read yet. */
  readonly from: "now" | "oldest";
  /** The workspaces in which it has anything to do: the log of the others is not read. Absent: all. */
  workspaces?(driver: SqlDriver): Promise<ReadonlySet<string>>;
  /** If it throws, the same changes are delivered again later. `signal` aborts when another process takes over. */
  handle(changes: readonly Change[], context: ConsumerContext): void | Promise<void>;
  /**
   * The log was trimmed before it was read, or began anew in another server, whose positions may be lower than those that
   * the feature has stored. The consumer continues from the log's start.
   */
  onGap?(context: Omit<ConsumerContext, "signal">): void | Promise<void>;
}

export interface ConsumerContext {
  readonly engine: Engine;
  readonly driver: SqlDriver;
  readonly workspaceId: string;
  readonly signal: AbortSignal;
}
