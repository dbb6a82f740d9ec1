import {
  type Action,
  type Json,
  organizationCollections,
  ROLE_AUTHENTICATED,
  type Rule,
  USERS_SLUG,
  uuidv7,
} from "@plinth/core";
import { usersIn } from "../../kernel/catalog.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import * as z from "../../kernel/zod.ts";
import { createBuiltIn } from "../../schema/create-built-in.ts";
import type { CollectionDescription } from "../../schema/describe.ts";

export const enableOrganizationsSchema = z.strictObject({
  created_by: z
    .enum(["users", "admins"])
    .default("users")
    .describe("Who may make organizations: every user who has signed in, or administrators alone"),
});

/** Gives the workspace the collections of organizations, and rules by which their members see them. */
export async function enableOrganizations(
  ctx: RequestContext,
  { created_by }: z.infer<typeof enableOrganizationsSchema>,
): Promise<CollectionDescription[]> {
  const definitions = organizationCollections(usersIn(ctx.catalog)?.slug ?? USERS_SLUG);
  return createBuiltIn(ctx, definitions, rulesFor(created_by, ctx.now));
}

const OWN: Json = { _in: "$user.orgs" };

function rulesFor(createdBy: "users" | "admins", now: number): Rule[] {
  const rule = (collection: string, action: Action, condition: Json | null): Rule => ({
    id: uuidv7(now),
    role: ROLE_AUTHENTICATED,
    collection,
    action,
    effect: "allow",
    condition,
    fields: null,
    presets: null,
    check: null,
  });
  return [
    rule("organizations", "read", { id: OWN }),
    rule("organization_members", "read", { organization: OWN }),
    rule("organization_teams", "read", { organization: OWN }),
    rule("organization_team_members", "read", { "team.organization": OWN }),
    // The right to make one; the item itself is made by its route.
    ...(createdBy === "users" ? [rule("organizations", "create", null)] : []),
  ];
}
