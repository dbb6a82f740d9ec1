import { isObject, type Json, type JsonObject, uuidv7 } from "@plinth/core";
import { expressionsOf } from "../../../expressions/environment.ts";
import type { RequestContext } from "../../../kernel/engine.ts";
import { type JobContext, JobFailure, type JobHandler, type RunningJob } from "../../../kernel/jobs.ts";
import { mayListCode, unknownName } from "../../../kernel/names-in-use.ts";
import { contextOf } from "../../../kernel/request-context.ts";
import type { FlowDefinition } from "../definition/parse.ts";
import { FLOW_JOB, MAX_FLOW_INPUT } from "../flow-job.ts";
import { flowTarget } from "../flow-triggers.ts";
import { type FlowVersionRow, findFlow, findFlowVersion, listFlowRows, listFlowSecretRows } from "../repository.ts";
import { flowSecretStore } from "../secrets.ts";
import { flowPrincipal } from "./flow-principal.ts";
import { FlowRun } from "./flow-run.ts";
import { logRun } from "./log-run.ts";
import { FlowScope } from "./scope.ts";
import { NodeFailed } from "./step-record.ts";

/** The step that keeps what the run does from its start on, whatever is deployed meanwhile. */
const STARTED = "$flow";
const MAX_RESULT = 64 * 1024;

/** Runs the flow of the job's name, with `payload.input`. */
export const flowJobs: JobHandler = {
  kind: FLOW_JOB,
  check(_, payload) {
    if (payload === null) return undefined;
    // What has triggered it is for the server to say.
    if (!isObject(payload) || Object.keys(payload).some((key) => key !== "input"))
      return { field: "payload", problem: "a run of a flow takes input alone" };
    const bytes = new TextEncoder().encode(JSON.stringify(payload.input ?? null)).length;
    if (bytes <= MAX_FLOW_INPUT) return undefined;
    return { field: "payload.input", problem: `may take ${MAX_FLOW_INPUT} bytes, and takes ${bytes}` };
  },
  async checkName(ctx, name) {
    const { driver, principal } = ctx;
    const flow = await findFlow(driver, principal.workspaceId, name);
    if (!flow) {
      const rows = mayListCode(principal) ? await listFlowRows(driver, principal.workspaceId) : undefined;
      return unknownName(
        "flow",
        name,
        rows?.map((row) => row.name),
      );
    }
    const version = await findFlowVersion(driver, flow.id, flow.activeVersion);
    return version && hasManualTrigger(definitionIn(version)) ? undefined : `the flow ${name} has no manual trigger`;
  },
  async run(job, context) {
    const { engine, driver, step } = context;
    let isNew = false;
    const started = (await step.run(STARTED, () => {
      isNew = true;
      return begin(job, context);
    })) as unknown as StartedFlow;
    const { version, definition, run: loggedAs } = started;
    const flow = await findFlow(driver, job.workspaceId, job.name);
    const secrets = flow
      ? await flowSecretStore.values(engine, flow.id, await listFlowSecretRows(driver, flow.id))
      : {};
    const principal = flowPrincipal(job.workspaceId, job.name, definition.permissions);
    const expressions = await expressionsOf(engine);
    const acting = async (): Promise<RequestContext> => {
      const catalog = await engine.catalogs.get(driver, job.workspaceId);
      return { ...contextOf(engine, driver, principal, catalog), requestId: `job:${job.id}` };
    };
    const { input = null, trigger = { type: "manual" } } = (job.payload ?? {}) as JsonObject;
    const created_at = new Date(job.createdAt).toISOString();
    const scope = FlowScope.of({ input, trigger, run: { id: job.id, flow: job.name, version, created_at } });
    try {
      return await logRun({ job, context, run: loggedAs, isNew, version }, async (span) => {
        const run = new FlowRun({ job, context, definition, secrets, expressions, acting, span });
        return shortened(await run.list(definition.nodes, scope));
      });
    } catch (error) {
      if (!(error instanceof NodeFailed)) throw error;
      throw new JobFailure(`${error.path}: ${error.message}`, false);
    }
  },
};

interface StartedFlow {
  readonly version: number;
  readonly definition: FlowDefinition;
  /** Its id in the log of runs. */
  readonly run?: string;
}

/** Whoever stores jobs starts what callers may start; its own triggers start the rest. */
async function begin(
  { workspaceId, name, createdBy }: RunningJob,
  { engine, driver }: JobContext,
): Promise<JsonObject> {
  const flow = await findFlow(driver, workspaceId, name);
  const version = flow && (await findFlowVersion(driver, flow.id, flow.activeVersion));
  if (!version) throw new JobFailure(`There is no flow named ${name}.`, false);
  if (!flow.enabled) throw new JobFailure(`The flow ${name} is not enabled.`, false);
  const definition = definitionIn(version);
  if (createdBy !== flowTarget(name) && !hasManualTrigger(definition))
    throw new JobFailure(`The flow ${name} has no manual trigger.`, false);
  const run = uuidv7(engine.clock.now());
  return { version: version.version, definition: definition as unknown as JsonObject, run };
}

const definitionIn = ({ definition }: FlowVersionRow): FlowDefinition => JSON.parse(definition);

const hasManualTrigger = ({ triggers }: FlowDefinition): boolean => triggers.some(({ type }) => type === "manual");

/** What is too large is among the steps. */
function shortened(result: Json): Json {
  return JSON.stringify(result).length > MAX_RESULT ? null : result;
}
