import {
  isObject,
  type Json,
  type JsonObject,
  OutgoingError,
  outgoingProblem,
  outgoingWords,
  postBounded,
  webhookHeaders,
} from "@plinth/core";
import { hookKey } from "../../identity/hooks/call-hook.ts";
import { authSettingsOf } from "../../identity/settings/auth-settings.ts";
import { type JobContext, JobFailure, type JobHandler, type RunningJob } from "../../kernel/jobs.ts";

const LIMITS = { timeoutMs: 30_000, maxBytes: 64 * 1024 } as const;
const MAX_URL = 2000;
const KEYS: ReadonlySet<string> = new Set(["url", "data"]);
/** Of the answer, in the result. */
const KEPT_CHARACTERS = 4096;

/** Posts `data` to a URL, signed with the workspace's hook secrets. Any status from 200 to 299 accepts it. */
export const httpJobs: JobHandler = {
  kind: "http",
  check({ config }, payload) {
    if (!isObject(payload)) return { field: "payload", problem: "expected an object with url and data" };
    const unknown = Object.keys(payload).find((key) => !KEYS.has(key));
    if (unknown !== undefined) return { field: "payload", problem: "an http job takes url and data" };
    const { url } = payload;
    if (typeof url !== "string" || url.length > MAX_URL)
      return { field: "payload.url", problem: `expected an address of at most ${MAX_URL} characters` };
    const problem = outgoingProblem(url, config.privateAddresses);
    return problem === undefined ? undefined : { field: "payload.url", problem };
  },
  triggered: (payload, trigger) => {
    const { data = null, ...rest } = payload as JsonObject;
    return { ...rest, data: { ...(isObject(data) ? data : data !== null && { data }), trigger } };
  },
  async run(job, context) {
    const { url, data = null } = job.payload as { url: string; data?: Json };
    const answer = await post(url, await signed(job, data, context), context);
    if (answer.status < 200 || answer.status > 299) throw new JobFailure(`It answered with status ${answer.status}.`);
    return { status: answer.status, body: answer.text.slice(0, KEPT_CHARACTERS) } satisfies JsonObject;
  },
};

async function post(url: string, message: SignedMessage, { engine, signal }: JobContext) {
  const { publicFetch, config } = engine;
  try {
    return await postBounded(url, message, { ...LIMITS, mayBePrivate: config.privateAddresses, publicFetch, signal });
  } catch (error) {
    throw error instanceof OutgoingError ? new JobFailure(`${error.reason}: ${outgoingWords(error)}`) : error;
  }
}

interface SignedMessage {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** The id is the same for each attempt: a receiver knows by it what it has already done. */
async function signed(
  { id, workspaceId, name, attempt, createdAt }: RunningJob,
  data: Json,
  { engine, driver }: JobContext,
): Promise<SignedMessage> {
  const { hooks } = await authSettingsOf(engine, driver, workspaceId);
  if (hooks.secret_ids.length === 0)
    throw new JobFailure("It needs a secret: make one by POST /api/auth-settings/hook-secret.", false);
  const keys = await Promise.all(hooks.secret_ids.map((secret) => hookKey(engine, workspaceId, secret)));
  // No name makes it a message of a hook, which the same secrets sign.
  const body = JSON.stringify({ type: `job.${name}`, timestamp: new Date(createdAt).toISOString(), data });
  const timestamp = Math.floor(engine.clock.now() / 1000);
  const headers = await webhookHeaders(keys, { id: `job_${id}`, timestamp, body });
  return { headers: { ...headers, "content-type": "application/json", "plinth-attempt": String(attempt) }, body };
}
