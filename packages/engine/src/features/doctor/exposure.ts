import {
  type Action,
  anonymous,
  type Finding,
  type Principal,
  ROLE_AUTHENTICATED,
  ROLE_PUBLIC,
  type Rule,
} from "@plinth/core";
import { systemCollection } from "../../kernel/catalog.ts";
import type { Check } from "../../kernel/check.ts";
import type { RequestContext } from "../../kernel/engine.ts";
import { permittedFields, rightOf } from "../../rules/rights.ts";

/** Fields of users by which they can be reached. */
const ADDRESSES = ["email", "phone"];
const CHANGING = ["create", "update", "delete"] as const;
const WHO: Readonly<Record<string, string>> = {
  [ROLE_PUBLIC]: "Everyone without credentials",
  [ROLE_AUTHENTICATED]: "Every signed-in user",
};

/** The rules of a role by which its holders may do something with every item of a collection. */
function openRules({ catalog }: RequestContext, holder: Principal, role: string, actions: readonly Action[]): Rule[] {
  const rules = [...catalog.collections.values()].flatMap((collection) =>
    actions.flatMap((action) => {
      const { state, unconditional } = rightOf(catalog, holder, collection, action);
      return state === "open" ? unconditional.filter((rule) => rule.role === role) : [];
    }),
  );
  // A rule for all collections is found in each.
  return [...new Set(rules)];
}

/** A signed-in user without any other role. */
function anyUser(workspaceId: string): Principal {
  return { kind: "user", workspaceId, roles: [ROLE_PUBLIC, ROLE_AUTHENTICATED], bypass: false };
}

function about({ id, collection, action, role }: Rule, rest: Omit<Finding, "subject" | "message">): Finding {
  const where = collection === "*" ? "all collections" : `"${collection}"`;
  return { subject: `rule:${id}`, message: `${WHO[role]} may ${action} any item of ${where}.`, ...rest };
}

const removal = ({ id }: Rule): Pick<Finding, "advice" | "command"> => ({
  advice: 'If that is not meant, add a condition, such as {"owner_id": "$user.id"}, or delete the rule.',
  command: `PATCH /api/permissions/${id}`,
});

export const EXPOSURE_CHECKS: readonly Check[] = [
  {
    name: "public-writes",
    scope: "workspace",
    summary: "Rules by which anybody may create, change or delete items",
    find: (ctx) =>
      openRules(ctx, anonymous(ctx.catalog.workspaceId), ROLE_PUBLIC, CHANGING).map((rule) =>
        about(rule, { severity: rule.action === "create" ? "warning" : "error", ...removal(rule) }),
      ),
  },
  {
    name: "shared-writes",
    scope: "workspace",
    summary: "Rules by which each signed-in user may change or delete the items of all others",
    find: (ctx) =>
      openRules(ctx, anyUser(ctx.catalog.workspaceId), ROLE_AUTHENTICATED, ["update", "delete"]).map((rule) =>
        about(rule, { severity: "warning", ...removal(rule) }),
      ),
  },
  {
    name: "public-reads-of-all",
    scope: "workspace",
    summary: "Rules that open every collection, also later ones",
    find: ({ catalog }) =>
      catalog.rules
        .filter(
          ({ role, effect, action, collection, condition }) =>
            role === ROLE_PUBLIC &&
            effect === "allow" &&
            action === "read" &&
            collection === "*" &&
            Object.keys(condition ?? {}).length === 0,
        )
        .map((rule) =>
          about(rule, {
            severity: "warning",
            advice: "New collections are open from the start. Replace it by rules for single collections.",
            command: `DELETE /api/permissions/${rule.id}`,
          }),
        ),
  },
  {
    name: "public-users",
    scope: "workspace",
    summary: "Rules by which strangers may read the addresses of users",
    find({ catalog }) {
      const users = systemCollection(catalog, "users");
      if (!users) return [];
      const stranger = anonymous(catalog.workspaceId);
      const { state, allow } = rightOf(catalog, stranger, users, "read");
      const shown = permittedFields(catalog, stranger, users, "read");
      const addresses = ADDRESSES.filter((name) => shown === null || shown.includes(name));
      if (state === "closed" || addresses.length === 0) return [];
      return allow
        .filter(({ fields }) => fields === null || fields.some((name) => addresses.includes(name)))
        .map((rule) => ({
          severity: "error" as const,
          subject: `rule:${rule.id}`,
          message: "Everyone without credentials may read the addresses or phone numbers of users.",
          advice: 'Name the fields that strangers may see, such as ["id", "name"].',
          command: `PATCH /api/permissions/${rule.id}`,
        }));
    },
  },
  {
    name: "public-documents",
    scope: "workspace",
    summary: "Collections that take any object from anybody",
    find: ({ catalog }) =>
      [...catalog.collections.values()]
        .filter(({ kind }) => kind === "document")
        .flatMap((collection) => {
          const { state, allow } = rightOf(catalog, anonymous(catalog.workspaceId), collection, "create");
          return state === "closed" ? [] : allow.map(({ id }) => ({ id, collection: collection.slug }));
        })
        .map(({ id, collection }) => ({
          severity: "warning" as const,
          subject: `rule:${id}`,
          message: `Everyone without credentials may store any object in "${collection}".`,
          advice: "Give the collection fields, or let only signed-in users write, and set a rate by a publishable key.",
        })),
  },
];
