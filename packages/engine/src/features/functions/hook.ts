import { anonymous, type Json, PlinthError, plainJson, type SandboxFailure } from "@plinth/core";
import { HookFailure } from "../../identity/hooks/hook-failure.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { type AskHookFunction, HookFunctionError } from "../../kernel/hook-function.ts";
import { contextOf } from "../../kernel/request-context.ts";
import { type ActiveFunction, activeFunction } from "./active-function.ts";
import { beginCall, endCall } from "./call-run.ts";
import { execute } from "./execute.ts";

/** Asks a function that the settings of sign-in name. Nobody calls it: as its caller it would be a stranger. */
export const askFunctionAsHook: AskHookFunction = async (engine, driver, asked) => {
  const { workspaceId, name, message, timeoutMs, read } = asked;
  const catalog = await engine.catalogs.get(driver, workspaceId);
  const ctx = contextOf(engine, driver, anonymous(workspaceId), catalog);
  const active = await functionNamed(ctx, name);
  const run = beginCall(ctx, active, { trigger: "hook" });
  const outcome = await execute(ctx, active, {
    run,
    context: { hook: message, user: null },
    mostWallMs: timeoutMs,
    isNested: true,
  });
  const record = (error: SandboxFailure | undefined) => endCall(run, { outcome, error });
  if (!outcome.ok) {
    await record(outcome.error);
    throw new HookFunctionError(outcome.error.kind === "wall_time" ? "timeout" : "function failed");
  }
  try {
    const answer = await read(jsonIn(outcome));
    if (outcome.logs.length > 0) await record(undefined);
    return answer;
  } catch (error) {
    const message = unusable(error);
    if (message !== undefined) await record({ kind: "error", name: "TypeError", message, stack: [] });
    throw error;
  }
};

function jsonIn({ value }: { readonly value: unknown }): Json {
  try {
    return plainJson(value ?? {}, "result");
  } catch (error) {
    if (error instanceof PlinthError) throw new HookFunctionError("not JSON");
    throw error;
  }
}

/** What is wrong with the answer, for who has written the function. */
function unusable(error: unknown): string | undefined {
  if (error instanceof HookFailure) return error.detail;
  return error instanceof HookFunctionError ? error.message : undefined;
}

async function functionNamed(ctx: RequestContext, name: string): Promise<ActiveFunction> {
  try {
    return await activeFunction(ctx, name);
  } catch (error) {
    if (error instanceof PlinthError && error.code === "NOT_FOUND") throw new HookFunctionError("no such function");
    throw error;
  }
}
