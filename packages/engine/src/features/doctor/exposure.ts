import type { Finding } from "@plinth/core";
import { ROLE_AUTHENTICATED, ROLE_PUBLIC, type Rule, USERS_SLUG } from "@plinth/core";
import type { Check } from "../../kernel/check.ts";

/** Fields of users by which they can be reached. */
const ADDRESSES = ["email", "phone"];
const CHANGING = ["create", "update", "delete"];
const WHO: Readonly<Record<string, string>> = {
  [ROLE_PUBLIC]: "Everyone without credentials",
  [ROLE_AUTHENTICATED]: "Every signed-in user",
};

/** A rule without a condition, or with one that everything satisfies. */
function isOpen({ effect, condition }: Rule): boolean {
  return effect === "allow" && (condition === null || Object.keys(condition).length === 0);
}

function about({ id, collection, action, role }: Rule, rest: Omit<Finding, "subject" | "message">): Finding {
  const where = collection === "*" ? "all collections" : `"${collection}"`;
  return { subject: `rule:${id}`, message: `${WHO[role]} may ${action} any item of ${where}.`, ...rest };
}

const removal = ({ id }: Rule): string =>
  `If that is not meant, add a condition, such as {"owner_id": "$user.id"}, by PATCH /api/permissions/${id}, or delete the rule.`;

export const EXPOSURE_CHECKS: readonly Check[] = [
  {
    name: "public-writes",
    scope: "workspace",
    summary: "Rules by which anybody may create, change or delete items",
    find: ({ catalog }) =>
      catalog.rules
        .filter((rule) => rule.role === ROLE_PUBLIC && isOpen(rule) && CHANGING.includes(rule.action))
        .map((rule) =>
          about(rule, { severity: rule.action === "create" ? "warning" : "error", advice: removal(rule) }),
        ),
  },
  {
    name: "shared-writes",
    scope: "workspace",
    summary: "Rules by which each signed-in user may change or delete the items of all others",
    find: ({ catalog }) =>
      catalog.rules
        .filter((rule) => rule.role === ROLE_AUTHENTICATED && isOpen(rule) && /update|delete/.test(rule.action))
        .map((rule) => about(rule, { severity: "warning", advice: removal(rule) })),
  },
  {
    name: "public-reads-of-all",
    scope: "workspace",
    summary: "Rules that open every collection, also later ones",
    find: ({ catalog }) =>
      catalog.rules
        .filter(
          (rule) => rule.role === ROLE_PUBLIC && isOpen(rule) && rule.action === "read" && rule.collection === "*",
        )
        .map((rule) =>
          about(rule, {
            severity: "warning",
            advice: `New collections are open from the start. Replace it by rules for single collections: DELETE /api/permissions/${rule.id}.`,
          }),
        ),
  },
  {
    name: "public-users",
    scope: "workspace",
    summary: "Rules by which strangers may read the addresses of users",
    find: ({ catalog }) =>
      catalog.rules
        .filter(
          (rule) =>
            rule.role === ROLE_PUBLIC &&
            rule.effect === "allow" &&
            rule.action === "read" &&
            rule.collection === USERS_SLUG &&
            (rule.fields === null || rule.fields.some((name) => ADDRESSES.includes(name))),
        )
        .map((rule) => ({
          severity: "error" as const,
          subject: `rule:${rule.id}`,
          message: "Everyone without credentials may read the addresses or phone numbers of users.",
          advice: `Name the fields that strangers may see, such as ["id", "name"]: PATCH /api/permissions/${rule.id}.`,
        })),
  },
  {
    name: "public-documents",
    scope: "workspace",
    summary: "Collections that take any object from anybody",
    find: ({ catalog }) =>
      catalog.rules
        .filter(
          ({ role, action, effect, collection }) =>
            role === ROLE_PUBLIC &&
            action === "create" &&
            effect === "allow" &&
            catalog.collections.get(collection)?.kind === "document",
        )
        .map(({ id, collection }) => ({
          severity: "warning" as const,
          subject: `rule:${id}`,
          message: `Everyone without credentials may store any object in "${collection}".`,
          advice: "Give the collection fields, or let only signed-in users write, and set a rate by a publishable key.",
        })),
  },
];
