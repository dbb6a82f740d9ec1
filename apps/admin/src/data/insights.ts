import type { UseQueryResult } from "@tanstack/react-query";
import { useApiGet } from "../api/hooks.ts";

/** Requests of a time or of a group of routes. */
export interface Traffic {
  readonly requests: number;
  readonly statuses: Readonly<Record<"2xx" | "3xx" | "4xx" | "5xx", number>>;
  /** Milliseconds until an answer began; null: there was no request. */
  readonly p50_ms: number | null;
  readonly p95_ms: number | null;
  readonly p99_ms: number | null;
}

export interface FailedRequest {
  readonly at: string;
  readonly code: string;
  readonly status: number;
  readonly route: string;
  readonly request_id: string;
}

export interface RefusedRequests {
  readonly code: string;
  readonly status: number;
  readonly route: string;
  readonly count: number;
  readonly last_at: string;
  readonly last_request_id: string;
}

export interface OpenStream {
  readonly kind: string;
  readonly name: string | null;
  readonly caller: { readonly kind: string; readonly id: string | null };
  readonly since: string;
  readonly behind: boolean;
}

export interface LogConsumer {
  readonly workspace: string;
  readonly name: string;
  readonly lag_changes: number;
  readonly lag_seconds: number;
  readonly held: boolean;
}

/** What one process of the server knows of itself, as `GET /api/insights` answers. */
export interface Insights {
  /** Owners of the server see all workspaces. */
  readonly of: "workspace" | "server";
  /** When the process started. */
  readonly since: string;
  readonly minutes: readonly (Traffic & { readonly at: string })[];
  readonly groups: readonly (Traffic & { readonly group: string })[];
  readonly errors: readonly FailedRequest[];
  readonly refusals: readonly RefusedRequests[];
  readonly streams: {
    readonly open: number;
    readonly kinds: Readonly<Record<string, number>>;
    readonly subscriptions: readonly OpenStream[];
    readonly truncated: boolean;
  };
  readonly consumers: readonly LogConsumer[];
  readonly server?: {
    readonly host: string;
    readonly uptime_seconds: number;
    readonly memory_bytes: number | null;
  };
}

/** Milliseconds between two reads: figures have no stream. */
const EVERY = 5000;

export function useInsights(group?: string): UseQueryResult<Insights> {
  return useApiGet<Insights>("insights", { group }, { every: EVERY });
}
