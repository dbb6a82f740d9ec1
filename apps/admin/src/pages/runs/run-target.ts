import type { Job } from "@plinth/client/jobs";
import type { Run } from "@plinth/client/runs";

type RunAbout = Pick<Run, "kind" | "name" | "job_id" | "attributes">;

/** The page of what has run: of the function, the flow's own run, the job, the webhook or the schedule. */
export function targetPath({ kind, name, job_id, attributes }: RunAbout): string | undefined {
  const [webhook, schedule] = [attributes["webhook.id"], attributes["schedule.id"]];
  if (kind === "function") return `functions/${name}`;
  if (kind === "flow") return job_id === null ? `flows/${name}` : `flows/${name}/runs/${job_id}`;
  if (kind === "webhook") return typeof webhook === "string" ? `webhooks/${webhook}` : undefined;
  if (kind === "schedule") return typeof schedule === "string" ? `schedules/${schedule}` : undefined;
  return job_id === null ? undefined : `jobs/${job_id}`;
}

/** By what a run is done once more with what it was given; undefined: its input is not kept, or it is under way. */
export function repeatOf(
  run: RunAbout & Pick<Run, "status">,
): { readonly path: string; readonly body: object } | undefined {
  const { kind, status, job_id, attributes } = run;
  if (status === "running" || status === "suspended") return undefined;
  const [webhook, delivery, schedule] = ["webhook.id", "webhook.delivery", "schedule.id"].map((key) => attributes[key]);
  if (kind === "webhook" && typeof webhook === "string" && typeof delivery === "string")
    return { path: `webhooks/${webhook}/replay`, body: { deliveries: [delivery] } };
  if (kind === "schedule")
    return typeof schedule === "string" ? { path: `schedules/${schedule}/run`, body: {} } : undefined;
  // A flow goes on where it has failed: one that has succeeded has nothing left to do.
  if (job_id === null || (kind === "flow" && status === "succeeded")) return undefined;
  return { path: kind === "flow" ? `flow-runs/${job_id}/retry` : `jobs/${job_id}/retry`, body: {} };
}

/**
 * What is to be done before a run is done once more. `job`: the state of its job by now, which may have gone on after this
 * attempt. `ask`: its work is done already. `busy`: it is done anyway. `done`: nothing is left to do.
 */
export function beforeRepeat(
  { kind, status }: Pick<Run, "kind" | "status">,
  job: Job["state"] | undefined,
): "go" | "ask" | "busy" | "done" {
  if (job === "pending" || job === "active") return "busy";
  if (job === "succeeded") return kind === "flow" ? "done" : "ask";
  return status === "succeeded" ? "ask" : "go";
}
