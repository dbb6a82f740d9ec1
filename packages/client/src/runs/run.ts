import type { Json } from "@plinth/core";

export type RunKind = "function" | "job" | "webhook" | "schedule" | "flow";
export type RunStatus = "running" | "succeeded" | "failed" | "suspended" | "cancelled" | "lost";
export type RunTrigger =
  | "http"
  | "enqueue"
  | "job"
  | "change"
  | "cron"
  | "date"
  | "job_failed"
  | "webhook"
  | "event"
  | "manual"
  | "before_write"
  | "hook";

/** What has run once: the root span of a trace, or a part of one. */
export interface Run {
  readonly id: string;
  readonly kind: RunKind;
  /** Of the function, the job, the webhook … */
  readonly name: string;
  readonly version: number | null;
  readonly trigger: RunTrigger;
  readonly status: RunStatus;
  readonly trace_id: string;
  readonly span_id: string;
  readonly parent_span_id: string | null;
  readonly actor: string | null;
  readonly request_id: string | null;
  readonly job_id: string | null;
  /** The id of the item that it is about. */
  readonly item: string | null;
  readonly started_at: string;
  /** Milliseconds; null: it is under way. */
  readonly ms: number | null;
  readonly error: ({ readonly message: string } & { readonly [name: string]: Json }) | null;
  readonly attributes: { readonly [name: string]: Json };
}

/** A part of a run. */
export interface RunSpan {
  readonly span_id: string;
  readonly parent_span_id: string | null;
  readonly name: string;
  readonly kind: "internal" | "client";
  readonly status: "ok" | "error";
  readonly started_at: string;
  /** Milliseconds since the run began, and that it took. */
  readonly offset_ms: number;
  readonly ms: number;
  readonly error: string | null;
  readonly attributes: { readonly [name: string]: Json };
}

export interface WholeRun extends Run {
  readonly logs: readonly { readonly [name: string]: Json }[];
  readonly logs_left_out: number;
  readonly spans: readonly RunSpan[];
}
