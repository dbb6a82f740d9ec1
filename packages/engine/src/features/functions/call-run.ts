import type { JsonObject, SandboxCall, SandboxFailure, SandboxOutcome, SandboxValue } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { type CollectedRun, collectRun, type OpenRun, runContextOf } from "../../runs/index.ts";
import type { ActiveFunction } from "./active-function.ts";

/** What has started a function. */
export interface CallStart {
  readonly trigger: "http" | "job" | "before_write" | "hook";
  readonly jobId?: string;
}

export function beginCall(
  ctx: RequestContext,
  { name, version }: Pick<ActiveFunction, "name" | "version">,
  start: CallStart,
): CollectedRun {
  return collectRun(runContextOf(ctx), { kind: "function", name, version, ...start });
}

interface EndedCall {
  readonly outcome: SandboxOutcome;
  /** Why it has failed. */
  readonly error: SandboxFailure | undefined;
  /** The job sleeps: the function goes on later. */
  readonly isSuspended?: boolean;
}

/** Stores the run, and returns its id. */
export function endCall(run: CollectedRun, { outcome, error, isSuspended }: EndedCall): Promise<string> {
  const { logs, logsLeftOut, usage } = outcome;
  return run.end({
    ...{ status: isSuspended ? "suspended" : error ? "failed" : "succeeded", error, ms: usage.wallMs },
    logs: { lines: logs, left_out: logsLeftOut },
    attributes: { calls: usage.calls },
  });
}

/** A name that is too long is refused, and its call is shown all the same. */
const MOST_NAME = 100;

type TracedCalls = Readonly<Record<string, SandboxCall>>;

/** Each call of the server becomes a part of the run. */
export function tracedCalls(calls: TracedCalls, { span }: OpenRun): TracedCalls {
  return Object.fromEntries(
    Object.entries(calls).map(([name, call]): [string, SandboxCall] => {
      // Pieces of what another call has begun.
      if (name.startsWith("$") && name !== "$files.begin") return [name, call];
      const kind = name === "fetch" || name.startsWith("ai.") ? "client" : "internal";
      const shown = name === "$files.begin" ? "files.put" : name;
      return [name, (values, signal) => span(shown, aboutCall(shown, values), () => call(values, signal), kind)];
    }),
  );
}

/** The collection, the bucket, or where a request goes: never what is sent, and no path, which may hold a secret. */
function aboutCall(name: string, [first]: readonly SandboxValue[]): JsonObject {
  if (name.startsWith("db.") && typeof first === "string") return { "db.collection.name": first };
  if (name.startsWith("files.") && typeof first === "string") return { "files.bucket": first.slice(0, MOST_NAME) };
  if (name !== "fetch" || typeof first !== "object" || first === null) return {};
  const { url, method } = first as { url?: SandboxValue; method?: SandboxValue };
  const host = typeof url === "string" ? URL.parse(url)?.host : undefined;
  return { ...(host !== undefined && { "server.address": host }), "http.request.method": String(method) };
}
