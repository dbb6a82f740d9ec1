import { MEMBER_ROLES } from "@plinth/core";
import {
  agreeSchema,
  agreeToTerms,
  deleteOwnAccount,
  deleteOwnAccountSchema,
  describePrincipal,
  exportOwnData,
  ownTerms,
} from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { data, FLAG, type JsonSchema, listOf, nullable, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";
import { agreement, answerRemoval, answerUserFile, removal, userFile } from "./users.ts";

const ownTermsSchema = (): JsonSchema =>
  object({ url: nullable(TEXT), version: TEXT, due: FLAG, agreements: listOf(agreement()) });

/** `/api/me`: who the caller is to this server, and what an account's owner does with all of it. */
export const meRoutes: readonly Route[] = [
  defineRoute("GET /api/me", {
    id: "getMe",
    tag: "Accounts",
    summary: "Who you are to this server",
    access: "caller",
    scope: "open",
    response: () =>
      object({
        kind: { type: "string", enum: ["anonymous", "user", "operator", "key"] },
        "id?": UUID,
        "email?": nullable(TEXT),
        "phone?": TEXT,
        "name?": TEXT,
        roles: listOf(TEXT),
        workspace: object({ id: UUID, slug: TEXT }),
        operator: FLAG,
        "member_role?": { type: "string", enum: [...MEMBER_ROLES] },
        admin: FLAG,
      }),
    read: describePrincipal,
  }),
  defineRoute("GET /api/me/terms", {
    id: "getOwnTerms",
    tag: "Accounts",
    summary: "The workspace's terms, and whether you have agreed to them",
    access: "user",
    response: ownTermsSchema,
    errors: ["CONFLICT"],
    read: ownTerms,
  }),
  defineRoute("POST /api/me/terms", {
    id: "agreeToTerms",
    tag: "Accounts",
    summary: "Agree to the workspace's terms",
    access: "user",
    body: agreeSchema,
    response: ownTermsSchema,
    errors: ["CONFLICT"],
    write: (ctx, { body }) => agreeToTerms(ctx, body),
  }),
  defineRoute("GET /api/me/export", {
    id: "exportOwnData",
    tag: "Accounts",
    summary: "All that is stored about you and that you may read, as JSON",
    access: "user",
    load: "bulk",
    response: userFile,
    errors: ["CONFLICT"],
    handle: async (c) => answerUserFile(c, c.env.principal.id!, await exportOwnData(c.env.ctx)),
  }),
  defineRoute("POST /api/me/delete", {
    id: "deleteOwnAccount",
    tag: "Accounts",
    summary: "Delete your account; what becomes of your items is the workspace's decision",
    access: "user",
    fresh: true,
    body: deleteOwnAccountSchema,
    response: () => data(removal()),
    errors: ["CONFLICT"],
    handle: async (c, { body }) => answerRemoval(c, await deleteOwnAccount(c.env.ctx, body)),
  }),
];
