import { type Awaitable, isServerHost, type SqlDriver, whenDone } from "@plinth/core";
import { findWorkspaceHost } from "@plinth/db";
import type { Engine, WorkspaceHost } from "../kernel/engine.ts";
import { identityState } from "./state.ts";
import { requireWorkspace, WORKSPACE_SLUG } from "./workspaces.ts";

/** Null: the name is none of a workspace. Throws for one below `WORKSPACE_DOMAIN` whose workspace does not exist. */
export function workspaceHostOf(engine: Engine, driver: SqlDriver, name: string): Awaitable<WorkspaceHost | null> {
  const slug = slugIn(name, engine.config.workspaceDomain);
  if (slug !== undefined) {
    const found = requireWorkspace(engine, driver, slug, { field: "host" });
    return whenDone(found, (workspaceId) => ({ name, workspaceId }));
  }
  return identityState(engine).hosts.get(name, driver.lifetime === "process", async () => {
    const row = await findWorkspaceHost(driver, name);
    return row ? { value: { name, workspaceId: row.workspaceId } } : null;
  });
}

/** After a change of whose it is. */
export function forgetWorkspaceHost(engine: Engine, name: string): void {
  identityState(engine).hosts.forget(name);
}

function slugIn(name: string, domain: string | undefined): string | undefined {
  if (domain === undefined || !name.endsWith(`.${domain}`)) return undefined;
  const slug = name.slice(0, -domain.length - 1);
  return WORKSPACE_SLUG.test(slug) ? slug : undefined;
}

/** Why a name cannot be given to a workspace. Undefined: it can. */
export function reservedHost({ config }: Engine, name: string): string | undefined {
  const { workspaceDomain: domain } = config;
  if (isServerHost(name, config)) return "is the server's own host name";
  if (domain === undefined || (name !== domain && !name.endsWith(`.${domain}`))) return undefined;
  return "is in WORKSPACE_DOMAIN, where each workspace has the name of its slug";
}
