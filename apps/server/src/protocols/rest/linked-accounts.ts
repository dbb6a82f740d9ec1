import { listLinkedAccounts, unlinkAccount } from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import { FLAG, INSTANT, listOf, nullable, object, TEXT, UUID } from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const shared = { tag: "Accounts", access: "account" } as const;

/** `/api/linked-accounts`: the caller's accounts at sign-in providers. */
export const linkedAccountsRoutes: readonly Route[] = [
  defineRoute("GET /api/linked-accounts", {
    ...shared,
    id: "listLinkedAccounts",
    summary: "Your accounts at providers, with which you can sign in here",
    response: () =>
      listOf(
        object({ id: UUID, provider: nullable(TEXT), label: TEXT, issuer: TEXT, enabled: FLAG, created_at: INSTANT }),
      ),
    read: listLinkedAccounts,
  }),
  defineRoute("DELETE /api/linked-accounts/:id", {
    ...shared,
    id: "unlinkAccount",
    summary: "Unlink an account at a provider, unless it is your last sign-in method",
    fresh: true,
    response: () => object({ id: UUID }),
    errors: ["NOT_FOUND", "CONFLICT"],
    write: (ctx, { params }) => unlinkAccount(ctx, params.id),
  }),
];
