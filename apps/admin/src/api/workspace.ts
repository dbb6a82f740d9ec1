import type { Me } from "@plinth/client";
import { queryOptions } from "@tanstack/react-query";
import { createContext, useContext } from "react";
import { type Api, apiOf } from "./api.ts";
import { clientOf, type WorkspaceClient } from "./client.ts";
import type { MemberRole } from "./member-role.ts";

/** What somebody may do in a workspace, as far as the navigation needs it; the server decides each request. */
export interface Rights {
  /** Runs the server. */
  readonly server: boolean;
  /** Owns the workspace. */
  readonly own: boolean;
  /** Users, keys, settings, security log. */
  readonly administer: boolean;
  /** Collections and rules. */
  readonly develop: boolean;
  /** All items. */
  readonly edit: boolean;
  /** Taking back what was written, by the log of changes. */
  readonly undo: boolean;
}

export interface Operator extends Me {
  readonly member_role?: MemberRole;
}

export interface Workspace {
  readonly slug: string;
  /** Items and the description of the API; they are read as somebody else while `viewing` is set. */
  readonly client: WorkspaceClient;
  /** Always as the operator. */
  readonly api: Api;
  readonly me: Operator;
  readonly rights: Rights;
  /** As whom the items are read: `anonymous`, `authenticated`, `role:NAME`, `user:ID` or `key:ID`. Nothing can be written then. */
  readonly viewing?: string;
}

export const WorkspaceContext = createContext<Workspace | undefined>(undefined);

/** The workspace of the page, with the client that acts in it. */
export function useWorkspace(): Workspace {
  const workspace = useContext(WorkspaceContext);
  if (!workspace) throw new Error("useWorkspace is for pages of a workspace");
  return workspace;
}

export function rightsOf({ operator, member_role: role }: Operator): Rights {
  const own = operator || role === "owner";
  const administer = own || role === "admin";
  const develop = administer || role === "developer";
  return { server: operator, own, administer, develop, edit: develop || role === "editor", undo: administer };
}

/** Who is signed in, as the workspace sees them. */
export function meQuery(slug: string | undefined) {
  return queryOptions({
    queryKey: ["me", slug ?? ""],
    queryFn: ({ signal }) => apiOf(clientOf(slug)).get<Operator>("me", {}, signal),
    staleTime: 60_000,
  });
}

export interface WorkspaceSummary {
  readonly id: string;
  readonly slug: string;
  readonly name: string;
  readonly state: "active" | "archived" | "deleted" | "purging";
}

/** The first workspaces in which the operator may act. */
export const workspacesQuery = queryOptions({
  queryKey: ["workspaces"],
  queryFn: ({ signal }) => apiOf(clientOf()).list<WorkspaceSummary>("workspaces", { limit: 200 }, signal),
  staleTime: 60_000,
});
