import {
  hasAccount,
  isInScope,
  type KeyScope,
  PlinthError,
  type Principal,
  ROLE_ADMIN,
  ROLE_PUBLIC,
  variablesOf,
} from "@plinth/core";
import type { RequestContext } from "../../kernel/engine.ts";
import type { FunctionSettings } from "./settings.ts";

/** Throws for whoever may not call the function. */
export function requireMayCall(principal: Principal, { http }: FunctionSettings): void {
  const { auth } = http;
  const isAdmin = principal.bypass || (principal.scope === undefined && principal.roles.includes(ROLE_ADMIN));
  if (auth === "public" || isAdmin) return;
  if (auth === "signed_in" && hasAccount(principal)) return;
  // Of the keys without a scope, secret ones have all rights and publishable ones none.
  if (auth === "key" && principal.kind === "key" && principal.scope !== undefined) return;
  if (auth.startsWith("role:") && principal.roles.includes(auth.slice("role:".length))) return;
  if (principal.kind === "anonymous") throw new PlinthError("UNAUTHORIZED");
  throw new PlinthError("FORBIDDEN", "You may not call this function.");
}

/** The same for files: those of the buckets that its version declares are reached by calls that ask for them. */
export function actingOnFiles(ctx: RequestContext, functionName: string, settings: FunctionSettings): RequestContext {
  const { files } = settings.permissions;
  const permissions = { ...settings.permissions, actions: [...files.actions], collections: ["files"], jobs: [] };
  return actingContext(ctx, functionName, { ...settings, permissions });
}

/** The context of what a function reads and writes: as whom it acts, limited to what its version declares. */
export function actingContext(
  ctx: RequestContext,
  functionName: string,
  { permissions }: FunctionSettings,
): RequestContext {
  const scope: KeyScope = { actions: permissions.actions as KeyScope["actions"], collections: permissions.collections };
  const principal = { ...actor(ctx.principal, permissions.as, scope), functionName, enqueues: permissions.jobs };
  const { lock: _, ...rest } = ctx;
  return { ...rest, principal, variables: variablesOf(principal, ctx.now) };
}

function actor(caller: Principal, as: string, scope: KeyScope): Principal {
  const nobody = { kind: "anonymous", workspaceId: caller.workspaceId, bypass: false, scope } as const;
  if (as === "system") return { ...nobody, roles: [ROLE_PUBLIC, ROLE_ADMIN] };
  if (as.startsWith("role:")) return { ...nobody, roles: [ROLE_PUBLIC, as.slice("role:".length)] };
  const roles = caller.bypass && !caller.roles.includes(ROLE_ADMIN) ? [...caller.roles, ROLE_ADMIN] : caller.roles;
  return { ...caller, roles, bypass: false, scope: caller.scope ? both(caller, caller.scope, scope) : scope };
}

/** What both scopes allow. */
function both(caller: Principal, own: KeyScope, declared: KeyScope): KeyScope {
  const actions = declared.actions.filter((action) => own.actions.includes(action));
  const collections = declared.collections!.filter((slug) => actions.some((action) => isInScope(caller, slug, action)));
  return { actions, collections };
}
