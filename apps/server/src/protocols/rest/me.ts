import { MEMBER_ROLES } from "@plinth/core";
import { deleteOwnAccount, deleteOwnAccountSchema, describePrincipal, exportOwnData } from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { data, FLAG, listOf, nullable, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";
import { answerRemoval, answerUserFile, removal, userFile } from "./users.ts";

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
        kind: { type: "string", enum: ["anonymous", "user", "key"] },
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
