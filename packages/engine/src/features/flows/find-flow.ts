import { PlinthError } from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import { type FlowRow, findFlow } from "./repository.ts";

export async function requireFlow(ctx: RequestContext, name: string): Promise<FlowRow> {
  const row = await findFlow(ctx.driver, ctx.principal.workspaceId, name);
  if (!row) throw noSuchFlow();
  return row;
}

export const noSuchFlow = () => new PlinthError("NOT_FOUND", "There is no such flow.");
