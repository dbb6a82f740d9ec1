import type { Awaitable, Json, JsonObject, SqlDriver } from "@plinth/core";
import type { Engine } from "./engine.ts";

/** What a setting holds in place of a program's address: `function:NAME`. */
const PREFIX = "function:";
const NAME = /^function:[a-z][a-z0-9-]{0,59}$/;

/** Asks a function of the workspace's in place of a program, and reads its answer. Throws `HookFunctionError` where it has none. */
export type AskHookFunction = <Read>(engine: Engine, driver: SqlDriver, asked: HookFunctionCall<Read>) => Promise<Read>;

export interface HookFunctionCall<Read> {
  readonly workspaceId: string;
  readonly name: string;
  /** As a program would get it. */
  readonly message: JsonObject;
  readonly timeoutMs: number;
  /** What it throws is why the run has failed. */
  read(answer: Json): Awaitable<Read>;
}

/** The message is a reason for the log. */
export class HookFunctionError extends Error {}

/** The name, if the setting holds a function's. */
export function hookFunctionIn(setting: string): string | undefined {
  return setting.startsWith(PREFIX) ? setting.slice(PREFIX.length) : undefined;
}

/** Why this server cannot ask it. */
export function hookFunctionProblem({ sandbox, features }: Engine, setting: string): string | undefined {
  if (!NAME.test(setting)) return "expected an https address, or function:NAME";
  return sandbox && features.some(({ askHookFunction }) => askHookFunction) ? undefined : "this host runs no functions";
}

export const askHookFunction: AskHookFunction = (engine, driver, asked) => {
  const feature = engine.features.find((one) => one.askHookFunction);
  if (!feature?.askHookFunction) throw new HookFunctionError("no functions");
  return feature.askHookFunction(engine, driver, asked);
};
