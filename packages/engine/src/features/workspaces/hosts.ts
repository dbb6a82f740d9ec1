import { invalid, isHostName, PlinthError } from "@plinth/core";
import {
  deleteWorkspaceHost,
  findWorkspaceHost,
  insertWorkspaceHost,
  listWorkspaceHostRows,
  type WorkspaceHostRow,
} from "@plinth/db";
import { commit, refuseOn } from "../../commit/commit.ts";
import { holdsAtMost } from "../../commit/room.ts";
import { amongOperators } from "../../identity/operators.ts";
import { recordOf } from "../../identity/security-events.ts";
import { forgetWorkspaceHost, reservedHost } from "../../identity/workspace-hosts.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { requireKept, requireWorkspaceRow } from "./lifecycle.ts";

const MAX_HOSTS = 100;

export interface WorkspaceHostName {
  host: string;
  created_at: string;
}

/** Besides the one that `WORKSPACE_DOMAIN` gives. */
export async function listWorkspaceHosts(ctx: RequestContext, workspace: string): Promise<WorkspaceHostName[]> {
  const { id } = await requireWorkspaceRow(ctx, workspace);
  return (await listWorkspaceHostRows(ctx.driver, id)).map(describe);
}

/** From now on, requests by this host name mean the workspace: here at once, elsewhere within two seconds. */
export async function addWorkspaceHost(
  ctx: RequestContext,
  workspace: string,
  name: string,
): Promise<WorkspaceHostName> {
  const { driver, engine, now } = ctx;
  const { id: workspaceId } = await requireKept(ctx, workspace);
  const host = requireHostName(name);
  const reserved = reservedHost(engine, host);
  if (reserved !== undefined) throw invalid("host", reserved);
  const existing = await findWorkspaceHost(driver, host);
  if (existing?.workspaceId === workspaceId) return describe(existing);
  if (existing) throw hostTaken(host);
  const tooMany = () => invalid("host", `a workspace has at most ${MAX_HOSTS} host names`);
  if ((await listWorkspaceHostRows(driver, workspaceId)).length >= MAX_HOSTS) throw tooMany();
  const requires = [holdsAtMost(ctx, { kind: "workspaceHosts", workspaceId, most: MAX_HOSTS, refusal: tooMany })];
  const row = { host, workspaceId, createdAt: new Date(now) };
  const queries = [insertWorkspaceHost(driver, row), eventOf(ctx, "workspace_host_add", row)];
  const added = await commit(ctx, { queries, requires, data: describe(row) }).catch(
    refuseOn("unique", () => hostTaken(host)),
  );
  forgetWorkspaceHost(engine, host);
  return added;
}

export async function removeWorkspaceHost(
  ctx: RequestContext,
  workspace: string,
  name: string,
): Promise<WorkspaceHostName> {
  const { driver, engine } = ctx;
  const { id } = await requireWorkspaceRow(ctx, workspace);
  const row = await findWorkspaceHost(driver, requireHostName(name));
  if (row?.workspaceId !== id) {
    throw new PlinthError("NOT_FOUND", "The workspace has no such host name.", { field: "host" });
  }
  const queries = [deleteWorkspaceHost(driver, row), eventOf(ctx, "workspace_host_remove", row)];
  const removed = await commit(ctx, { queries, data: describe(row) });
  forgetWorkspaceHost(engine, row.host);
  return removed;
}

function requireHostName(name: string): string {
  const host = name.toLowerCase();
  if (!isHostName(host)) throw invalid("host", "must be a host name such as app.example.com, without a port");
  return host;
}

/** It does not say whose: the caller may have no rights there. */
function hostTaken(host: string): PlinthError {
  return new PlinthError("CONFLICT", `Another workspace has the host name ${host}.`, { field: "host" });
}

function eventOf(ctx: RequestContext, type: "workspace_host_add" | "workspace_host_remove", row: WorkspaceHostRow) {
  return recordOf(amongOperators(ctx), {
    type,
    target: `workspace:${row.workspaceId}`,
    detail: { host: row.host },
  });
}

function describe({ host, createdAt }: WorkspaceHostRow): WorkspaceHostName {
  return { host, created_at: createdAt.toISOString() };
}
