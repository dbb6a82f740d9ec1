import type { AdminAction, KeyArea, MemberRole, Principal } from "@plinth/core";
import { ACCESS, type AccessName, type Callers, callerCheck } from "@plinth/engine";
import type { RouteScope } from "./route.ts";

interface RouteCallers {
  readonly method: string;
  readonly path: string;
  readonly access: AccessName;
  readonly scope?: RouteScope | undefined;
}

/** The check of who may call a route. Undefined: everyone may. */
export function callerCheckOf({
  method,
  path,
  access,
  scope,
}: RouteCallers): ((who: Principal, method: string) => void) | undefined {
  const elsewhere = namesWorkspace(path);
  // Roles and collections decide what is answered.
  if (scope === "items" || scope === "open") return callerCheck({ access, elsewhere });
  const action = scope === undefined || scope === "none" ? null : actionOf(scope, method);
  return callerCheck({ access, action, elsewhere });
}

/** The role that an operator needs in the workspace that the path names, beside being one. */
export function roleInPath(path: string, access: AccessName): MemberRole | undefined {
  const { operator }: Callers = ACCESS[access].callers;
  if (!namesWorkspace(path) || operator === undefined) return undefined;
  return operator === "any" || operator === "action" || operator === "server" ? undefined : operator;
}

function namesWorkspace(path: string): boolean {
  return path.split("/").includes(":workspace");
}

function actionOf(scope: KeyArea | AdminAction, method: string): AdminAction {
  if (scope.includes(":")) return scope as AdminAction;
  return `${scope as KeyArea}:${method === "GET" ? "read" : "write"}`;
}
