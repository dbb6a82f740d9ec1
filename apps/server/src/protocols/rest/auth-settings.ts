import {
  AUTH_SETTINGS_SECTIONS,
  admittingSection,
  changeAuthSettings,
  changeAuthSettingsSchema,
  rotateHookSecret,
  showAuthSettings,
} from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { type JsonSchema, object, TEXT } from "../../http/openapi/json-schema.ts";
import { schemaOf } from "../../http/openapi/zod-schema.ts";
import type { Route } from "../../http/route.ts";

const shared = { tag: "Workspaces", access: "admin", scope: "sign_in" } as const;

const settings = (): JsonSchema =>
  object(
    Object.fromEntries(Object.entries(AUTH_SETTINGS_SECTIONS).map(([name, { schema }]) => [name, schemaOf(schema)])),
  );

/** `/api/auth-settings`: what the workspace decides about its users' accounts. */
export const authSettingsRoutes: readonly Route[] = [
  defineRoute("GET /api/auth-settings", {
    ...shared,
    id: "showAuthSettings",
    summary: "The workspace's settings for its users' accounts and pages",
    response: settings,
    read: showAuthSettings,
  }),
  defineRoute("PATCH /api/auth-settings", {
    ...shared,
    id: "changeAuthSettings",
    summary: "Change some of these settings; null: the default counts again",
    fresh: ({ body }) => admittingSection(body),
    body: changeAuthSettingsSchema,
    response: settings,
    errors: ["LIMIT_EXCEEDED"],
    write: (ctx, { body }) => changeAuthSettings(ctx, body),
  }),
  defineRoute("POST /api/auth-settings/hook-secret", {
    ...shared,
    id: "rotateHookSecret",
    summary: "Make a new secret for hooks, shown this once; the one before signs too",
    scope: "none",
    fresh: true,
    response: () => object({ id: TEXT, secret: TEXT }),
    write: rotateHookSecret,
  }),
];
