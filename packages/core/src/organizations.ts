import type { Field } from "./fields/field.ts";
import { listField, referenceField, textField } from "./fields/index.ts";
import { isFileField } from "./files.ts";
import { isProfileField } from "./profiles.ts";
import type { CollectionDefinition, SystemCollection } from "./schema.ts";

/** The collections in which the users of a workspace form organizations and teams, and the roles that members have. */

export const ORGANIZATION_ROLES = ["owner", "admin", "member"] as const;
export type OrganizationRole = (typeof ORGANIZATION_ROLES)[number];

const to = (name: string, target: string): Field =>
  referenceField(name, { to: target, required: true, on_delete: "cascade" });
const listOf = (name: string, target: string, via: string): Field => listField(name, { to: target, via });

type SystemDefinition = CollectionDefinition & { system: SystemCollection };

/** In the order in which their tables can be made; `users` is the slug of the collection of users. */
export function organizationCollections(users: string): readonly SystemDefinition[] {
  const define = (
    slug: Exclude<SystemCollection, "users" | "files" | "file_contents">,
    fields: Field[],
    unique_together?: string[][],
  ): SystemDefinition => ({
    slug,
    kind: "managed",
    fields,
    system: slug,
    ...(unique_together && { unique_together }),
  });
  return [
    define("organizations", [
      textField("name", { required: true }),
      textField("slug", { required: true, unique: true }),
      listOf("members", "organization_members", "organization"),
      listOf("teams", "organization_teams", "organization"),
    ]),
    define(
      "organization_members",
      [
        to("organization", "organizations"),
        to("user", users),
        textField("role", { required: true }),
        listOf("teams", "organization_team_members", "member"),
      ],
      [["organization", "user"]],
    ),
    define(
      "organization_teams",
      [
        to("organization", "organizations"),
        textField("name", { required: true }),
        listOf("members", "organization_team_members", "team"),
      ],
      [["organization", "name"]],
    ),
    define(
      "organization_team_members",
      [to("team", "organization_teams"), to("member", "organization_members"), to("user", users)],
      [["team", "member"]],
    ),
  ];
}

const BUILT_IN = new Map(organizationCollections("users").map(({ system, fields }) => [system, fields]));

/** Whether a field belongs to a collection that Plinth itself keeps, from the start. */
export function isBuiltInField(system: SystemCollection, name: string): boolean {
  if (system === "users") return isProfileField(name);
  if (system === "files" || system === "file_contents") return isFileField(system, name);
  return BUILT_IN.get(system)!.some((field) => field.name === name);
}
