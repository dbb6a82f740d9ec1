import type * as z from "zod";
import { POSTS, signInBody, signUpBody } from "../auth.ts";
import { FLAG, INSTANT, type JsonSchema, listOf, nullable, type Operation, object, TEXT, UUID } from "./types.ts";
import { schemaOf } from "./zod-schema.ts";

const user = object({
  id: UUID,
  email: TEXT,
  name: TEXT,
  emailVerified: FLAG,
  "image?": nullable(TEXT),
  createdAt: INSTANT,
  updatedAt: INSTANT,
});
const session: JsonSchema = {
  ...object({ id: UUID, userId: UUID, expiresAt: INSTANT, createdAt: INSTANT, updatedAt: INSTANT }),
  additionalProperties: true,
};
const signedIn = object({ token: nullable(TEXT), user });
const done: JsonSchema = { type: "object", additionalProperties: true };

const SUMMARIES: Record<keyof typeof POSTS, string> = {
  "sign-out": "End this session",
  "change-password": "Change the password",
  "revoke-session": "End one of your sessions",
  "revoke-sessions": "End all your sessions",
  "revoke-other-sessions": "End all your sessions but this one",
  "update-user": "Change your name or image",
};

/** `/api/auth`. */
export function accountOperations(): Operation[] {
  const at = (path: string): string => `/api/auth/${path}`;
  const entering = {
    tag: "Accounts",
    access: "anyone",
    response: signedIn,
    responseHeaders: ["set-auth-token"],
  } as const;
  return [
    {
      ...entering,
      id: "signUp",
      method: "post",
      path: at("sign-up/email"),
      summary: "Make an account and sign in",
      body: schemaOf(signUpBody),
      errors: ["SETUP_REQUIRED", "ORIGIN_FORBIDDEN", "UNIQUE_VIOLATION", "RATE_LIMITED"],
    },
    {
      ...entering,
      id: "signIn",
      method: "post",
      path: at("sign-in/email"),
      summary: "Sign in",
      body: schemaOf(signInBody),
      errors: ["INVALID_CREDENTIALS", "ORIGIN_FORBIDDEN", "RATE_LIMITED"],
    },
    {
      id: "getSession",
      method: "get",
      path: at("get-session"),
      tag: "Accounts",
      summary: "The session and its user, or null",
      access: "caller",
      response: nullable(object({ session, user })),
    },
    {
      id: "listSessions",
      method: "get",
      path: at("list-sessions"),
      tag: "Accounts",
      summary: "Your sessions",
      access: "user",
      response: listOf(session),
    },
    ...Object.entries(POSTS).map(([name, schema]) => post(name as keyof typeof POSTS, schema)),
  ];
}

function post(name: keyof typeof POSTS, schema: z.ZodType): Operation {
  const body = schemaOf(schema);
  return {
    id: name.replace(/-([a-z])/g, (_, letter: string) => letter.toUpperCase()),
    method: "post",
    path: `/api/auth/${name}`,
    tag: "Accounts",
    summary: SUMMARIES[name],
    access: "user",
    body,
    bodyOptional: !Array.isArray(body.required) || body.required.length === 0,
    response: done,
    errors: ["ORIGIN_FORBIDDEN", ...(name === "revoke-session" ? (["NOT_FOUND"] as const) : [])],
  };
}
