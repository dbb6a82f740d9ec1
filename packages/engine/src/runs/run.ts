import { type JsonObject, type RUN_TRIGGERS, uuidv7 } from "@plinth/core";
import type { RunRow, RunStatus } from "@plinth/db";
import { actorOf } from "../commit/mutate.ts";
import type { Engine, RequestContext } from "../kernel/engine.ts";
import { newTraceId, spanIdIn, traceOf } from "../kernel/trace.ts";
import { boundedAttributes, plainMessage } from "./attributes.ts";

export const RUN_KINDS = ["function", "job", "webhook", "schedule", "flow"] as const;
export type RunKind = (typeof RUN_KINDS)[number];

export type RunTrigger = (typeof RUN_TRIGGERS)[number];

/** In whose name something runs, and what has caused it. */
export interface RunContext {
  readonly engine: Engine;
  readonly driver: RequestContext["driver"];
  readonly workspaceId: string;
  /** What it is a part of. Absent: a trace begins with it. */
  readonly parent?: { readonly traceId: string; readonly spanId: string | null } | undefined;
  readonly actor?: string | null | undefined;
  readonly requestId?: string | null | undefined;
}

/** Runs that a request causes. */
export function runContextOf(ctx: RequestContext): RunContext {
  const { engine, driver, principal, requestId } = ctx;
  return {
    ...{ engine, driver, workspaceId: principal.workspaceId, requestId },
    ...{ parent: traceOf(ctx), actor: actorOf(principal) },
  };
}

export interface NewRun {
  readonly kind: RunKind;
  /** Of the function, the job, the webhook …, up to 200 characters. */
  readonly name: string;
  readonly version?: number | undefined;
  readonly trigger: RunTrigger;
  /** The job of which it is an attempt, or that carries it out. */
  readonly jobId?: string | undefined;
  /** The id of the item that it is about. */
  readonly item?: string | null | undefined;
  /** Names as of OpenTelemetry's conventions where there are such. They are bounded, and hold no secrets. */
  readonly attributes?: JsonObject | undefined;
  /** Of a run whose span others refer to already. */
  readonly spanId?: string | undefined;
  /** Milliseconds since the epoch. Absent: now. */
  readonly startedAt?: number | undefined;
}

export interface RunOutcome {
  readonly status: Exclude<RunStatus, "running">;
  /** Stored as JSON. */
  readonly error?: { readonly message: string } | undefined;
}

/** A run that has ended. */
export interface EndedRun extends NewRun, RunOutcome {
  /** Milliseconds that it took. Absent: since it was started. */
  readonly ms?: number | undefined;
  /** Stored as JSON: the lines that it wrote, and how many were left out. */
  readonly logs?: { readonly lines: readonly object[]; readonly left_out: number } | undefined;
}

const MAX_NAME = 200;

/** Its id says when it is stored, so that lists are in that order. */
export function newRunRow(
  { engine, workspaceId, parent, actor = null, requestId = null }: RunContext,
  { kind, name, version, trigger, jobId, item = null, attributes = {}, spanId, startedAt }: NewRun,
): RunRow {
  const now = engine.clock.now();
  const id = uuidv7(now);
  return {
    ...{ id, workspaceId, kind, name: plainMessage(name, MAX_NAME), version: version ?? null, trigger },
    ...{ status: "running", traceId: parent?.traceId ?? newTraceId(), spanId: spanId ?? spanIdIn(id) },
    ...{ parentSpanId: parent?.spanId ?? null, actor, requestId, jobId: jobId ?? null, item },
    ...{ startedAt: startedAt ?? now, ms: null, error: null, attributes: boundedAttributes(attributes), logs: null },
  };
}

export function endedRunRow(ctx: RunContext, { status, error, ms, logs, ...run }: EndedRun): RunRow {
  const row = newRunRow(ctx, run);
  const now = ctx.engine.clock.now();
  const startedAt = run.startedAt ?? now - Math.round(ms ?? 0);
  return {
    ...row,
    ...{ status, startedAt },
    // The clock may have been set back.
    ms: Math.max(0, Math.round(ms ?? now - startedAt)),
    error: error ? JSON.stringify(error) : null,
    logs: logs === undefined ? null : JSON.stringify(logs),
  };
}
