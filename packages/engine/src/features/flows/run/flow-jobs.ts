import { isObject, type Json, type JsonObject } from "@plinth/core";
import { type JobContext, JobFailure, type JobHandler, type RunningJob } from "../../../kernel/jobs.ts";
import { contextOf } from "../../../kernel/request-context.ts";
import type { FlowDefinition } from "../definition/parse.ts";
import { expressionsOf } from "../expressions/environment.ts";
import { FLOW_JOB } from "../flow-job.ts";
import { findFlow, findFlowVersion, listFlowSecretRows } from "../repository.ts";
import { flowSecretValues } from "../secrets.ts";
import { flowPrincipal } from "./flow-principal.ts";
import { FlowRun } from "./flow-run.ts";
import { FlowScope } from "./scope.ts";
import { NodeFailed } from "./step-record.ts";

const KEYS: ReadonlySet<string> = new Set(["input", "trigger"]);
/** The step that keeps what the run does from its start on, whatever is deployed meanwhile. */
const STARTED = "$flow";
const MAX_RESULT = 64 * 1024;

/** Runs the flow of the job's name, with `payload.input`. */
export const flowJobs: JobHandler = {
  kind: FLOW_JOB,
  check(_, payload) {
    if (payload === null) return undefined;
    if (!isObject(payload) || Object.keys(payload).some((key) => !KEYS.has(key)))
      return { field: "payload", problem: "a run of a flow takes input and trigger" };
    const { trigger } = payload;
    if (trigger === undefined || (isObject(trigger) && typeof trigger.type === "string")) return undefined;
    return { field: "payload.trigger", problem: "expected an object with a type" };
  },
  async run(job, context) {
    const { engine, driver, step } = context;
    const started = (await step.run(STARTED, () => begin(job, context))) as unknown as StartedFlow;
    const { version, definition } = started;
    const flow = await findFlow(driver, job.workspaceId, job.name);
    const secrets = flow ? await flowSecretValues(engine, await listFlowSecretRows(driver, flow.id)) : {};
    const principal = flowPrincipal(job.workspaceId, job.name, definition.permissions);
    const run = new FlowRun({
      ...{ job, context, definition, secrets },
      expressions: await expressionsOf(engine),
      async acting() {
        const catalog = await engine.catalogs.get(driver, job.workspaceId);
        return { ...contextOf(engine, driver, principal, catalog), requestId: `job:${job.id}` };
      },
    });
    const { input = null, trigger = { type: "manual" } } = (job.payload ?? {}) as JsonObject;
    const created_at = new Date(job.createdAt).toISOString();
    const scope = FlowScope.of({ input, trigger, run: { id: job.id, flow: job.name, version, created_at } });
    try {
      return shortened(await run.list(definition.nodes, scope));
    } catch (error) {
      if (!(error instanceof NodeFailed)) throw error;
      throw new JobFailure(`${error.path}: ${error.message}`, false);
    }
  },
};

interface StartedFlow {
  readonly version: number;
  readonly definition: FlowDefinition;
}

async function begin({ workspaceId, name }: RunningJob, { driver }: JobContext): Promise<JsonObject> {
  const flow = await findFlow(driver, workspaceId, name);
  const version = flow && (await findFlowVersion(driver, flow.id, flow.activeVersion));
  if (!version) throw new JobFailure(`There is no flow named ${name}.`, false);
  return { version: version.version, definition: JSON.parse(version.definition) as JsonObject };
}

/** What is too large is among the steps. */
function shortened(result: Json): Json {
  return JSON.stringify(result).length > MAX_RESULT ? null : result;
}
