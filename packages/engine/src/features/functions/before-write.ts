import { PlinthError, plainJson, type SandboxFailure, type SandboxOutcome, type SqlDriver } from "@plinth/core";
import type { AskedWrite, BeforeWrite, WriteHook } from "../../kernel/before-write.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { type ActiveFunction, activeFunction } from "./active-function.ts";
import { beginCall, endCall } from "./call-run.ts";
import { execute } from "./execute.ts";
import { shownUser } from "./invoke.ts";
import { listHookRows } from "./repository.ts";
import type { FunctionSettings } from "./settings.ts";

/** Somebody waits, and others may wait for the connection: the same as for a program by HTTP. */
const MOST_WALL_MS = 5000;
/**
 * What it may call, where its version declares it: nothing that is written stays when the write is refused, and so no function that is asked causes
 * another one to be asked.
 */
const CALLS: ReadonlySet<string> = new Set([
  "db.list",
  "db.get",
  "db.aggregate",
  "fetch",
  "$fetch.read",
  "$fetch.cancel",
  "files.info",
  "files.list",
  "files.read",
  "$files.read",
  "$files.cancel",
  "ai.chat",
  "ai.embed",
]);

/** Functions that are asked before items are written. */
export const askedFunctions: BeforeWrite = { load: loadHooks, ask: askFunction };

async function loadHooks(driver: SqlDriver, workspaceId: string): Promise<WriteHook[]> {
  const rows = await listHookRows(driver, workspaceId);
  return rows.flatMap(({ name, writeHooks }) =>
    (JSON.parse(writeHooks!) as FunctionSettings["before"]).map((hook) => ({ name, ...hook })),
  );
}

async function askFunction<A>(
  ctx: RequestContext,
  name: string,
  writes: readonly AskedWrite[],
  read: (answer: unknown) => A,
): Promise<A> {
  const active = await functionAsked(ctx, name);
  const context = { writes, user: shownUser(ctx.principal) };
  const logged = beginCall(ctx, active, { trigger: "before_write" });
  const outcome = await execute(ctx, active, {
    ...{ context, only: CALLS, mostWallMs: MOST_WALL_MS, isNested: true, run: logged },
  });
  const ended = answerOf(outcome, read);
  const { error } = ended;
  if (!error && outcome.logs.length === 0) return ended.answer!;
  const run = await endCall(logged, { outcome, error });
  if (error) throw new PlinthError("BEFORE_WRITE_FAILED", undefined, { run });
  return ended.answer!;
}

async function functionAsked(ctx: RequestContext, name: string): Promise<ActiveFunction> {
  try {
    return await activeFunction(ctx, name);
  } catch (error) {
    if (!(error instanceof PlinthError) || error.code !== "NOT_FOUND") throw error;
    // Another server has deleted it in this second.
    ctx.engine.catalogs.expire(ctx.principal.workspaceId);
    throw new PlinthError("BEFORE_WRITE_FAILED");
  }
}

interface Ended<A> {
  readonly answer?: A;
  readonly error: SandboxFailure | undefined;
}

function answerOf<A>(outcome: SandboxOutcome, read: (answer: unknown) => A): Ended<A> {
  if (!outcome.ok) return { error: outcome.error };
  try {
    const { value } = outcome;
    // `map` with an early return makes undefined entries.
    const entries = Array.isArray(value) ? value.map((entry: unknown) => entry ?? null) : (value ?? null);
    return { answer: read(plainJson(entries, "result")), error: undefined };
  } catch (error) {
    if (!(error instanceof PlinthError)) throw error;
    return { error: { kind: "error", name: "TypeError", message: error.message, stack: [] } };
  }
}
