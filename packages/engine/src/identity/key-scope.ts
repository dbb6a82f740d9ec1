import {
  ADMIN_ACTIONS,
  excerpt,
  invalid,
  KEY_ACTIONS,
  type KeyAction,
  type KeyScope,
  nearest,
  ROLE_ADMIN,
} from "@plinth/core";
import type { ApiKeyRow } from "@plinth/db";
import { CHANNEL_PREFIX, channelCollection } from "../access/channel-access.ts";
import type { RequestContext } from "../kernel/engine.ts";
import * as z from "../kernel/zod.ts";
import type { KeyKind } from "./key-format.ts";
import { assignable } from "./users.ts";

const MAX_ROLES = 20;
const MAX_COLLECTIONS = 100;

/** The part of a key's description that a scoped key needs, and no other may have. */
export const scopeSchema = {
  roles: z
    .array(z.string().max(40))
    .max(MAX_ROLES)
    .nullish()
    .describe("Of a scoped key: whose rules it is bound by. With `admin`, no rule binds it, only its scope"),
  actions: z
    .array(z.enum(KEY_ACTIONS))
    .min(1)
    .nullish()
    .describe("Of a scoped key: what it may be used for, as far as its roles allow that"),
  collections: z
    .array(z.string().max(200))
    .min(1)
    .max(MAX_COLLECTIONS)
    .nullish()
    .describe("Of a scoped key: the only collections and channels that it reaches; null for all"),
};

export interface StoredScope {
  /** Without `public`, which every caller has. */
  readonly roles: readonly string[];
  readonly scope: KeyScope;
}

type ScopeInput = z.infer<z.ZodObject<typeof scopeSchema>>;

/** The scope that a new key asks for. Throws where it has one and may not, or lacks what it needs. */
export function checkScope(ctx: RequestContext, kind: KeyKind, input: ScopeInput): StoredScope | null {
  if (kind !== "scoped") {
    const name = (["roles", "actions", "collections"] as const).find((field) => input[field] != null);
    if (name !== undefined) throw invalid(name, `only a key of the kind scoped has ${name}`);
    return null;
  }
  const { roles, actions } = input;
  if (roles == null)
    throw invalid("roles", "a scoped key needs the roles whose rules it is bound by, such as [] for public");
  if (actions == null) throw invalid("actions", `a scoped key needs at least one of ${KEY_ACTIONS.join(", ")}`);
  const given = assignable(ctx, roles);
  const collections = input.collections ?? null;
  const administers = actions.find((action) => ADMIN_ACTIONS.includes(action as never));
  if (administers !== undefined && collections !== null) {
    throw invalid(
      "collections",
      `${administers} concerns the whole workspace; leave collections out, or make two keys`,
    );
  }
  if (administers !== undefined && !given.includes(ROLE_ADMIN)) {
    throw invalid("roles", `${administers} needs the role ${ROLE_ADMIN}`);
  }
  for (const [i, slug] of (collections ?? []).entries()) requireCollection(ctx, slug, `collections.${i}`);
  return {
    roles: given,
    scope: { actions: ordered(actions), collections: collections && [...new Set(collections)].sort() },
  };
}

/** A name that no collection has would limit the key to nothing, and to a stranger's collection later. */
function requireCollection({ catalog }: RequestContext, slug: string, field: string): void {
  if (slug.startsWith(CHANNEL_PREFIX)) {
    channelCollection(catalog.workspaceId, slug);
    return;
  }
  if (catalog.collections.has(slug)) return;
  const near = nearest(slug, catalog.collections.keys());
  const hint = near === undefined ? "" : `; did you mean ${near}?`;
  throw invalid(field, `there is no collection ${excerpt(slug)}${hint}`);
}

function ordered(actions: readonly KeyAction[]): KeyAction[] {
  return KEY_ACTIONS.filter((action) => actions.includes(action));
}

export function storedScope(scoped: StoredScope | null): string | null {
  return scoped && JSON.stringify({ roles: scoped.roles, ...scoped.scope });
}

/** Null: the key is not a scoped one. */
export function scopeOf({ scope }: Pick<ApiKeyRow, "scope">): StoredScope | null {
  if (scope === null) return null;
  const { roles, actions, collections } = JSON.parse(scope) as { roles: string[] } & KeyScope;
  return { roles, scope: { actions, collections } };
}

/** The same scope without a collection that is deleted: one of that name, made later, is another. An empty list reaches none. */
export function withoutCollection(row: Pick<ApiKeyRow, "scope">, slug: string): string | undefined {
  const scoped = scopeOf(row);
  if (!scoped?.scope.collections?.includes(slug)) return undefined;
  const collections = scoped.scope.collections.filter((name) => name !== slug);
  return storedScope({ ...scoped, scope: { ...scoped.scope, collections } })!;
}

/** The same scope without a role that is deleted: one of that name, made later, is another. */
export function withoutRole(row: Pick<ApiKeyRow, "scope">, role: string): string | undefined {
  const scoped = scopeOf(row);
  if (!scoped?.roles.includes(role)) return undefined;
  return storedScope({ ...scoped, roles: scoped.roles.filter((name) => name !== role) })!;
}
