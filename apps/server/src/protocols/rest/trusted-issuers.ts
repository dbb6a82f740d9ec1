import {
  createTrustedIssuer,
  createTrustedIssuerSchema,
  deleteTrustedIssuer,
  listTrustedIssuers,
} from "@plinth/engine";
import { defineRoute } from "../../http/define-route.ts";
import {
  ANY_OBJECT,
  FLAG,
  INSTANT,
  type JsonSchema,
  listOf,
  nullable,
  object,
  TEXT,
  UUID,
} from "../../http/openapi/json-schema.ts";
import type { Route } from "../../http/route.ts";

const shared = { tag: "Keys", access: "admin", scope: "none" } as const;
/** An issuer vouches for everybody whom its tokens name. */
const vouching = { ...shared, fresh: true } as const;

const issuer = (): JsonSchema =>
  object({
    id: UUID,
    issuer: TEXT,
    audience: TEXT,
    jwks_url: nullable(TEXT),
    public_key: nullable(ANY_OBJECT),
    claims: object({ id: TEXT, email: TEXT, roles: TEXT }),
    trust_email: FLAG,
    roles: listOf(TEXT),
    created_at: INSTANT,
  });

/** `/api/trusted-issuers`: whose tokens the caller's workspace accepts beside its own. */
export const trustedIssuersRoutes: readonly Route[] = [
  defineRoute("GET /api/trusted-issuers", {
    ...shared,
    id: "listTrustedIssuers",
    summary: "Whose tokens the workspace accepts",
    response: () => listOf(issuer()),
    read: listTrustedIssuers,
  }),
  defineRoute("POST /api/trusted-issuers", {
    ...vouching,
    id: "createTrustedIssuer",
    summary: "Accept the tokens of another issuer",
    body: createTrustedIssuerSchema,
    status: 201,
    response: issuer,
    errors: ["CONFLICT", "LIMIT_EXCEEDED"],
    write: (ctx, { body }) => createTrustedIssuer(ctx, body),
  }),
  defineRoute("DELETE /api/trusted-issuers/:id", {
    ...shared,
    id: "deleteTrustedIssuer",
    summary: "Accept the tokens of an issuer no longer",
    response: () => object({ id: UUID }),
    errors: ["NOT_FOUND"],
    write: (ctx, { params }) => deleteTrustedIssuer(ctx, params.id),
  }),
];
