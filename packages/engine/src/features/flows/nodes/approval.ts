import { type Json, type JsonObject, MEMBER_ROLES, withEllipsis } from "@plinth/core";
import * as z from "../../../kernel/zod.ts";
import type { NodeKind, NodeProblem } from "./node-kind.ts";

const MOST_NAMED = 20;
const DAY = 86_400;
const LONGEST = 366 * DAY;
const MAX_QUESTION = 2000;
/** Bytes of JSON. */
export const MAX_DETAILS = 16 * 1024;
/** How an approval may end that nobody has settled in time. */
export const ON_EXPIRY = ["expired", "approved", "rejected"] as const;

const given = z.union([z.string().min(1).max(2000), z.array(z.string().min(1).max(2000)).max(MOST_NAMED)]);
const role = z
  .string()
  .regex(/^[a-z][a-z0-9_-]{0,62}$/, "must be the name of a role")
  .refine((name) => name !== "public", "public is everybody");
const groups = {
  roles: z.array(role).max(MOST_NAMED).default([]).describe("Users who have one of these roles"),
  members: z
    .array(z.enum(MEMBER_ROLES))
    .max(MEMBER_ROLES.length)
    .default([])
    .describe("Operators with one of these roles in the workspace, or one that may more"),
};
const needs = z.union([z.enum(["any", "all"]), z.int().min(1).max(MOST_NAMED)]);

/** Asks people, and waits for them. Nothing is held meanwhile. */
export const approvalNode: NodeKind = {
  shape: {
    question: z.string().min(1).max(MAX_QUESTION),
    details: z.json().optional().describe(`Shown with the question. At most ${MAX_DETAILS} bytes`),
    from: z
      .strictObject({
        users: given.default([]).describe("Users: their ids or confirmed addresses"),
        operators: given.default([]).describe("Operators of the workspace: their ids or addresses"),
        addresses: given.default([]).describe("People without an account, who decide by the link in a mail alone"),
        ...groups,
      })
      .describe("Who may decide. Nobody else may"),
    needs: needs.default("any").describe("How many must approve. One rejection is enough to reject"),
    expires_in: z
      .union([z.number().min(1).max(LONGEST), z.string().max(2000)])
      .default(7 * DAY)
      .describe("Seconds, at most a year"),
    on_expiry: z.enum(ON_EXPIRY).default("expired").describe("The outcome when nobody has settled it in time"),
    mail: z.boolean().default(false).describe("Whether those who may decide get a mail with a link"),
  },
  templates: ["question", "details", "from", "expires_in"],
  check: problemOf,
  lacks: (node, { mail }) =>
    node.mail === true && !mail ? { field: "mail", problem: "permissions.mail is not true" } : undefined,
};

function problemOf(node: JsonObject): NodeProblem | undefined {
  const from = node.from as Record<string, Json>;
  const has = (...parts: string[]) => parts.some((part) => (from[part] as string | Json[]).length > 0);
  if (!has("users", "operators", "addresses", "roles", "members"))
    return { field: "from", problem: "name somebody in users, operators, addresses, roles or members" };
  if (has("addresses") && node.mail !== true)
    return { field: "mail", problem: "must be true, as from.addresses decide by a link in a mail" };
  if (node.needs === "all" && has("roles", "members"))
    return { field: "needs", problem: "all is about people who are named; with roles or members, send a number" };
  return undefined;
}

const list = (text: z.ZodString | z.ZodEmail) =>
  z.union([text.transform((one) => [one]), z.array(text).max(MOST_NAMED)]).default([]);
const account = z.string().min(1).max(320);

/** The parts of the node with their values. */
export const askedApproval = z.object({
  question: z
    .union([z.string(), z.number(), z.boolean()])
    // It holds names of items, which may be of any length.
    .transform((text) => withEllipsis(String(text).trim(), MAX_QUESTION))
    .pipe(z.string().min(1)),
  details: z.json().default(null),
  from: z.object({
    users: list(account),
    operators: list(account),
    addresses: list(z.email().max(320)),
    ...groups,
  }),
  needs,
  expires_in: z.coerce.number().min(1).max(LONGEST),
  on_expiry: z.enum(ON_EXPIRY),
  mail: z.boolean(),
});

export type AskedApproval = z.output<typeof askedApproval>;
