import type { GenericEndpointContext } from "@better-auth/core";
import { tryGetCurrentAuthEndpointContext } from "@better-auth/core/context";
import type { JsonObject, SqlQuery } from "@plinth/core";
import { ADDRESS_HEADER } from "./address-header.ts";
import type { PoolOptions } from "./auth.ts";
import type { SignUpAmendment, SignUpQuestion } from "./auth-reports.ts";
import { ANONYMOUS_SIGN_IN_PATH } from "./sign-in-methods/anonymous.ts";

/**
 * Checks every account that is created without a sign-up form: by a mail, a text message or a passkey, for a new user or an
 * anonymous one.
 */
export interface SignUpDoor {
  /**
   * Throws if the account is not allowed. Returns what the pool's program amends of it. `email`: a proven address; null: the account
   * has none.
   */
  admit(email: string | null, name?: string): Promise<SignUpAmendment["account"]>;
  /** Statements for the batch that creates the account of an admitted request. */
  admitted(request: object, userId: string): SqlQuery[];
  /** What the program has said of the item of the account. */
  profileOf(request: object): JsonObject | undefined;
}

interface AdmittedAccount {
  readonly queriesFor: (userId: string) => SqlQuery[];
  readonly profile: JsonObject | undefined;
}

export function signUpDoor({ admit, beforeSignUp }: Pick<PoolOptions, "admit" | "beforeSignUp">): SignUpDoor {
  const admissions = new WeakMap<object, AdmittedAccount>();
  return {
    async admit(email, name) {
      const context: Partial<GenericEndpointContext> = tryGetCurrentAuthEndpointContext() ?? {};
      const queriesFor = await admit(email);
      const method = SIGN_UP_METHODS[context.path ?? ""] ?? "mail";
      const address = context.headers?.get(ADDRESS_HEADER) ?? null;
      const amended = await beforeSignUp({ email, name: name || null, method, address });
      admissions.set(context, { queriesFor, profile: amended?.profile });
      return amended?.account ?? {};
    },
    admitted: (request, userId) => admissions.get(request)?.queriesFor(userId) ?? [],
    profileOf: (request) => admissions.get(request)?.profile,
  };
}

/** The method by which a path creates accounts. All other paths use a mail. */
const SIGN_UP_METHODS: Readonly<Record<string, SignUpQuestion["method"]>> = {
  [ANONYMOUS_SIGN_IN_PATH]: "anonymous",
  "/sign-in/phone-code": "phone",
  "/verify-phone": "phone",
  "/passkey/verify-registration": "passkey",
};
