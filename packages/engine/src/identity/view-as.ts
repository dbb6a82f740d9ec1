import {
  anonymous,
  excerpt,
  invalid,
  isUuid,
  KEY_ACTIONS,
  type KeyAction,
  PlinthError,
  type Principal,
  ROLE_ADMIN,
  ROLE_AUTHENTICATED,
  ROLE_PUBLIC,
  type SqlDriver,
  suggest,
} from "@plinth/core";
import { findKey, findUser, findUserRights, type UserRow } from "@plinth/db";
import { requireActions } from "../access/has-actions.ts";
import { VIEW_AS } from "../commit/no-viewer.ts";
import type { Catalog } from "../kernel/catalog.ts";
import type { Engine } from "../kernel/engine.ts";
import { keyPrincipal } from "./key-identity.ts";
import { organizationsOfAll } from "./memberships.ts";
import { tokenSettings } from "./token-settings.ts";
import { userClaims } from "./user-claims.ts";
import { userPrincipal } from "./user-principal.ts";

interface ViewContext {
  readonly engine: Engine;
  readonly driver: SqlDriver;
  readonly catalog: Catalog;
  /** Who looks. */
  readonly principal: Principal;
}

interface ViewRequest extends ViewContext {
  /** Where the target stands, for errors. */
  readonly field: string;
}

/** A user's id may be followed by the organization that the session would have chosen. */
const TARGET = /^(?:anonymous|authenticated|(user|role|key):([^@]{1,200})(?:@([^@]{1,200}))?)$/;
const FORMS =
  "expected anonymous, authenticated, role:NAME, user:ID, user:ID@ORGANIZATION or key:ID, with the id of a user or key of this workspace";

/** What it takes to see whose rights these are. */
const NEEDED: Readonly<Record<string, readonly KeyAction[]>> = {
  role: ["rules:read"],
  user: ["rules:read", "users:read"],
  key: ["rules:read", "keys:read"],
};

/**
 * The principal as whom an administrator looks: what it would be answered, and nothing beyond what the administrator may
 * read. Throws for whoever may not read all items and all rules.
 */
export async function viewAs(context: ViewContext, target: string): Promise<Principal> {
  const { principal } = context;
  requireActions(principal, ["read"], VIEW_AS);
  const seen = withinRightsOf(principal, await describedPrincipal(context, target, VIEW_AS));
  return { ...seen, viewer: { name: nameOf(principal), as: target } };
}

/** The principal with all of its own rights: to describe them to whoever may read the rules, not to act by them. */
export async function describedPrincipal(context: ViewContext, target: string, field: string): Promise<Principal> {
  const { engine, driver, catalog, principal } = context;
  const request = { engine, driver, catalog, principal, field };
  const [matched, kind, name, organization] = TARGET.exec(target) ?? [];
  requireActions(principal, kind === undefined ? ["rules:read"] : NEEDED[kind]!, field);
  if (matched === undefined || (organization !== undefined && kind !== "user")) throw invalid(field, FORMS);
  if (target === ROLE_AUTHENTICATED) return asRole(request, target);
  return principalOf(request, kind, name!, organization);
}

function principalOf(
  request: ViewRequest,
  kind: string | undefined,
  name: string,
  organization: string | undefined,
): Principal | Promise<Principal> {
  switch (kind) {
    case "user":
      return asUser(request, name, organization);
    case "key":
      return asKey(request, name);
    case "role":
      return asRole(request, name);
    default:
      return anonymous(request.catalog.workspaceId);
  }
}

/** A viewer of limited rights gets the same limits as whoever it looks as. */
function withinRightsOf(viewer: Principal, seen: Principal): Principal {
  if (viewer.bypass) return seen;
  const own = seen.scope?.actions ?? KEY_ACTIONS;
  const actions = own.filter((action) => viewer.scope!.actions.includes(action));
  return { ...seen, bypass: false, scope: { actions, collections: seen.scope?.collections ?? null } };
}

function nameOf({ kind, id }: Principal): string {
  return `${kind}:${id}`;
}

function asRole({ catalog, field }: ViewRequest, name: string): Principal {
  const { workspaceId, roles } = catalog;
  if (!roles.has(name)) {
    throw invalid(field, `there is no role ${excerpt(name)}${suggest(name, [...roles], "roles are")}`);
  }
  if (name === ROLE_PUBLIC) return anonymous(workspaceId);
  return {
    kind: "user",
    workspaceId,
    roles: [...new Set([ROLE_PUBLIC, ROLE_AUTHENTICATED, name])],
    bypass: name === ROLE_ADMIN,
  };
}

async function asUser(
  { engine, driver, catalog, field }: ViewRequest,
  id: string,
  organization: string | undefined,
): Promise<Principal> {
  const user = isUuid(id) ? await findUser(driver, catalog.workspaceId, id) : undefined;
  if (!user) throw invalid(field, "there is no such user in this workspace");
  if (user.blockedAt) throw new PlinthError("USER_BLOCKED", undefined, { field });
  const principal = await asSignedIn(engine, driver, user, organization ?? null);
  if (organization === undefined || principal.organization) return principal;
  throw invalid(field, "the user is no member of this organization");
}

async function asKey({ engine, driver, catalog, field }: ViewRequest, id: string): Promise<Principal> {
  const row = isUuid(id) ? await findKey(driver, catalog.workspaceId, id) : undefined;
  const ends = row?.expiresAt?.getTime() ?? Number.POSITIVE_INFINITY;
  if (!row || ends <= engine.clock.now()) throw invalid(field, "there is no such key in this workspace, or no longer");
  return keyPrincipal(row, row.secretVersion);
}

/** A user with the claims that every session of it has, and its organizations, of which this one is chosen. */
export async function asSignedIn(
  engine: Engine,
  driver: SqlDriver,
  user: UserRow,
  activeOrganization: string | null = null,
): Promise<Principal> {
  const { id, workspaceId } = user;
  const { roles } = await findUserRights(driver, workspaceId, id);
  const known = { ...user, roles, sessionId: id, methods: null, activeOrganization };
  const claims = userClaims(known, await tokenSettings(engine, driver, workspaceId));
  return { ...userPrincipal(user, { roles }), claims, ...(await organizationsOfAll(driver, [known])).get(id) };
}
