import { PlinthError, type Sandbox, type SandboxOutcome, unsupported } from "@plinth/core";
import type { Engine, RequestContext } from "../../kernel/engine.ts";

/** What runs a function: an interpreter that nothing gets out of, or the server's own runtime. */
export const FUNCTION_RUNTIMES = ["sandbox", "trusted"] as const;
export type FunctionRuntime = (typeof FUNCTION_RUNTIMES)[number];

type Runner = Pick<Sandbox, "run">;

/** Never another one than was asked for: throws where the server does not run it. */
export async function runnerOf(engine: Engine, runtime: FunctionRuntime): Promise<Runner> {
  if (runtime === "trusted") {
    const refusal = trustedRefusal(engine);
    if (refusal) throw refusal;
    return engine.trusted!;
  }
  if (!engine.sandbox) throw new PlinthError("UNSUPPORTED_BY_HOST", "This host runs no functions.");
  return engine.sandbox();
}

/** Why the server runs no trusted functions. Undefined: it does. */
export function trustedRefusal({ trusted, config }: Engine): PlinthError | undefined {
  if (!trusted) {
    const where = "it runs trusted functions only with Bun or Node, on Linux; deploy this one with runtime: sandbox";
    return unsupported("The host of this server", "trustedFunctions", where);
  }
  return config.trustedFunctions === "off" ? new PlinthError("TRUSTED_FUNCTIONS_OFF") : undefined;
}

/** A trusted function can do what the server can, so that the operator says who may deploy one. */
export function requireMayDeploy({ engine, principal }: RequestContext, runtime: FunctionRuntime): void {
  if (runtime !== "trusted") return;
  const refusal = trustedRefusal(engine);
  if (refusal) throw refusal;
  const { kind, bypass, operator } = principal;
  if (operator?.owner) return;
  const isMember = bypass && (kind === "operator" || kind === "key");
  if (isMember && engine.config.trustedFunctions === "members") return;
  const who = isMember
    ? "Only owners of this server deploy trusted functions. With TRUSTED_FUNCTIONS=members, owners and admins of a workspace and secret keys do too."
    : "Trusted functions are deployed by owners and admins of a workspace, or with a secret key.";
  throw new PlinthError("FORBIDDEN", who, { field: "runtime" });
}

/** The end of a run that has never begun. */
export function refusedRun({ code, message }: PlinthError): SandboxOutcome {
  const error = { kind: "refused", name: "RuntimeError", message, code, stack: [] } as const;
  return { ok: false, error, logs: [], logsLeftOut: 0, usage: { wallMs: 0, cpuMs: 0, calls: 0 } };
}
