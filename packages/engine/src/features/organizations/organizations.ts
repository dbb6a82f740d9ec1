import { evaluate, type Json, type OrganizationRole, PlinthError, type Row, usesRelations } from "@plinth/core";
import { deleteOrganizationInvitations, findUser } from "@plinth/db";
import { refusal } from "../../access/read-policy.ts";
import { requireRules } from "../../access/write-policy.ts";
import { refuseOn } from "../../commit/commit.ts";
import type { Requirement } from "../../commit/requirement.ts";
import { recordOf } from "../../identity/security-events.ts";
import { bind } from "../../kernel/bindings.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { plainText } from "../../kernel/plain-text.ts";
import * as z from "../../kernel/zod.ts";
import {
  changeItem,
  collectionFor,
  findAmong,
  findItems,
  holdsFewItems,
  mustSatisfy,
  newItem,
  removeItem,
  requireMembership,
  write,
} from "./membership.ts";

const MAX_OF_USER = 100;
const SLUG = /^[a-z0-9][a-z0-9-]{0,39}$/;

const slug = z.string().regex(SLUG, "must hold only a-z, 0-9 and -, at most 40").describe("Unique in the workspace");

export const createOrganizationSchema = z.strictObject({
  name: plainText(1, 200),
  slug,
  owner: z.uuid().optional().describe("For administrators: the user who owns it"),
});

export const updateOrganizationSchema = z.strictObject({ name: plainText(1, 200).optional(), slug: slug.optional() });

export interface Organization {
  id: string;
  name: string;
  slug: string;
  created_at: string;
  /** The caller's own; null if the caller is no member. */
  role: OrganizationRole | null;
}

/** Its maker owns it. A rule that lets somebody create items of `organizations` gives the right. */
export async function createOrganization(
  ctx: RequestContext,
  { owner, ...input }: z.infer<typeof createOrganizationSchema>,
): Promise<Organization> {
  const { principal, driver } = ctx;
  const collection = collectionFor(ctx, "organizations");
  if (!principal.bypass) {
    if (owner !== undefined)
      throw new PlinthError("FORBIDDEN", "Only administrators may set the owner.", { field: "owner" });
  }
  const policy = requireRules(ctx.catalog, principal, collection, "create", Object.keys(input));
  const user = owner ?? (principal.kind === "user" ? principal.id! : undefined);
  const known = user !== undefined && (await findUser(driver, principal.workspaceId, user));
  if (!known) throw new PlinthError("VALIDATION", "owner: name a user of this workspace.", { field: "owner" });
  const room = await requireRoomForMember(ctx, known.id);
  const organization = newItem(ctx, "organizations", { ...input, owner_id: known.id }, policy.presets);
  const [row] = organization.rows as [Row];
  const refused = () => refusal(principal, "create", `this item of ${collection.slug}`);
  const later = usesRelations(policy.check);
  if (!later && !evaluate(policy.check, row, bind(ctx, []))) throw refused();
  const id = row.id as string;
  const member = newItem(ctx, "organization_members", {
    organization: id,
    user: known.id,
    role: "owner",
    owner_id: known.id,
  });
  return write(ctx, {
    items: [organization, ...(later ? [mustSatisfy(ctx, "organizations", id, policy.check)] : []), member],
    beside: [recordOf(ctx, { type: "organization_create", target: `organization:${id}` })],
    requires: [room],
    data: describe(row, known.id === principal.id ? "owner" : null),
  })
    .catch(refuseOn("unique", slugTaken))
    .catch(refuseOn("guard", refused));
}

/** Limits what a user's sessions carry. */
export async function requireRoomForMember(ctx: RequestContext, user: string): Promise<Requirement> {
  const held = await findItems(ctx, "organization_members", { user }, { limit: MAX_OF_USER });
  const refusal = () =>
    new PlinthError("LIMIT_EXCEEDED", `A user can be a member of at most ${MAX_OF_USER} organizations.`);
  if (held.length >= MAX_OF_USER) throw refusal();
  return holdsFewItems(ctx, "organization_members", { user }, { most: MAX_OF_USER, refusal });
}

/** The caller's own. */
export async function listOrganizations(ctx: RequestContext): Promise<Organization[]> {
  const own = await findItems(ctx, "organization_members", { user: ctx.principal.id! }, { limit: MAX_OF_USER });
  const roles = new Map(own.map((row) => [row.organization as string, row.role as OrganizationRole]));
  const rows = await findAmong(ctx, "organizations", [...roles.keys()]);
  return rows.map((row) => describe(row, roles.get(row.id as string) ?? null));
}

export async function getOrganization(ctx: RequestContext, id: string): Promise<Organization> {
  const { organization, role } = await requireMembership(ctx, id, "member");
  return describe(organization, ctx.principal.bypass ? null : role);
}

export async function updateOrganization(
  ctx: RequestContext,
  id: string,
  input: z.infer<typeof updateOrganizationSchema>,
): Promise<Organization> {
  const { organization, role, mustHold } = await requireMembership(ctx, id, "admin");
  const set = JSON.parse(JSON.stringify(input)) as Row;
  return write(ctx, {
    items: [changeItem(ctx, "organizations", id, set), ...mustHold],
    beside: [
      recordOf(ctx, {
        type: "organization_change",
        target: `organization:${id}`,
        detail: set as { [key: string]: Json },
      }),
    ],
    data: describe({ ...organization, ...set }, ctx.principal.bypass ? null : role),
  }).catch(refuseOn("unique", slugTaken));
}

/** With its members, teams and invitations, and what refers to it with `cascade`. */
export async function deleteOrganization(
  ctx: RequestContext,
  id: string,
  confirm: string | undefined,
): Promise<{ id: string }> {
  const { organization, mustHold } = await requireMembership(ctx, id, "owner");
  if (confirm !== organization.slug) {
    const message = `This deletes the organization with its members and teams; repeat with ?confirm=${organization.slug}.`;
    throw new PlinthError("CONFIRMATION_REQUIRED", message, { field: "confirm" });
  }
  const referred = () =>
    new PlinthError("REFERENCE_IN_USE", "Items refer to this organization by a relation with on_delete restrict.");
  return write(ctx, {
    items: [...mustHold, removeItem(ctx, "organizations", id)],
    beside: [
      deleteOrganizationInvitations(ctx.driver, id),
      recordOf(ctx, { type: "organization_delete", target: `organization:${id}` }),
    ],
    data: { id },
  }).catch(refuseOn("foreign_key", referred));
}

function slugTaken(): PlinthError {
  return new PlinthError("UNIQUE_VIOLATION", "Another organization has this slug.", { field: "slug" });
}

function describe({ id, name, slug: own, created_at }: Row, role: OrganizationRole | null): Organization {
  return { id: id as string, name: name as string, slug: own as string, created_at: created_at as string, role };
}
