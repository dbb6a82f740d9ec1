import { DEFAULT_WORKSPACE_ID, type SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { workspaceSlugOf } from "./workspaces.ts";

/** The address to which a workspace's providers send browsers back, up to the provider's name. */
export async function callbackBase({ config }: Engine, driver: SqlDriver, workspaceId: string): Promise<string> {
  if (workspaceId === DEFAULT_WORKSPACE_ID) return `${config.appUrl}/api/auth/callback/`;
  return `${config.appUrl}/api/t/${await workspaceSlugOf(driver, workspaceId)}/auth/callback/`;
}
