import type { GenericEndpointContext } from "@better-auth/core";
import { tryGetCurrentAuthEndpointContext } from "@better-auth/core/context";
import type { SqlQuery } from "@plinth/core";
import { ADDRESS_HEADER } from "./address-header.ts";
import type { PoolOptions } from "./auth.ts";
import type { SignUpQuestion } from "./auth-reports.ts";
import { ANONYMOUS_SIGN_IN_PATH } from "./sign-in-methods/anonymous.ts";

/**
 * Checks every account that is created without a sign-up form: by a mail, a text message or a passkey, for a new user or an
 * anonymous one.
 */
export interface SignUpDoor {
  /** Throws if the account is not allowed. `email`: a proven address; null: the account has none. */
  admit(email: string | null): Promise<void>;
  /** Statements for the batch that creates the account of an admitted request. */
  admitted(request: object, userId: string): SqlQuery[];
}

export function signUpDoor({ admit, beforeSignUp }: Pick<PoolOptions, "admit" | "beforeSignUp">): SignUpDoor {
  const admissions = new WeakMap<object, (userId: string) => SqlQuery[]>();
  return {
    async admit(email) {
      const context: Partial<GenericEndpointContext> = tryGetCurrentAuthEndpointContext() ?? {};
      admissions.set(context, await admit(email));
      const method = SIGN_UP_METHODS[context.path ?? ""] ?? "mail";
      await beforeSignUp({ email, method, address: context.headers?.get(ADDRESS_HEADER) ?? null });
    },
    admitted: (request, userId) => admissions.get(request)?.(userId) ?? [],
  };
}

/** The method by which a path creates accounts. All other paths use a mail. */
const SIGN_UP_METHODS: Readonly<Record<string, SignUpQuestion["method"]>> = {
  [ANONYMOUS_SIGN_IN_PATH]: "anonymous",
  "/sign-in/phone-code": "phone",
  "/verify-phone": "phone",
  "/passkey/verify-registration": "passkey",
};
