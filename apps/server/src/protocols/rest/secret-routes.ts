import type { DeployedSecrets } from "@plinth/engine";
import type * as z from "@plinth/engine/zod";
import { defineRoute } from "../../http/define-route.ts";
import { object, TEXT } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

interface SecretRoutes {
  /** Of the things that have secrets, such as `/api/flows`. */
  readonly path: "/api/deployments" | "/api/flows";
  readonly tag: "Functions" | "Flows";
  readonly of: "Function" | "Flow";
  readonly store: DeployedSecrets;
  readonly body: z.ZodType<{ readonly value: string }>;
}

/** Their secrets: set and deleted by whoever may deploy them, and never read. */
export function secretRoutes({ path, tag, of, store, body }: SecretRoutes): readonly Route[] {
  const shared = { tag, access: "admin", scope: "none", response: () => object({ name: TEXT }) } as const;
  const what = `secret of a ${of.toLowerCase()}`;
  return [
    defineRoute(`PUT ${path}/:name/secrets/:secret`, {
      ...shared,
      id: `put${of}Secret`,
      summary: `Set a ${what}`,
      body,
      errors: ["NOT_FOUND", "LIMIT_EXCEEDED"],
      write: (ctx, { params, body: { value } }) => store.put(ctx, params.name, params.secret, value),
    }),
    defineRoute(`DELETE ${path}/:name/secrets/:secret`, {
      ...shared,
      id: `delete${of}Secret`,
      summary: `Delete a ${what}`,
      errors: ["NOT_FOUND"],
      write: (ctx, { params }) => store.remove(ctx, params.name, params.secret),
    }),
  ];
}
