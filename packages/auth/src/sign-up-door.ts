import type { GenericEndpointContext } from "@better-auth/core";
import { tryGetCurrentAuthEndpointContext } from "@better-auth/core/context";
import type { SqlQuery } from "@plinth/core";
import { ADDRESS_HEADER } from "./address-header.ts";
import type { PoolOptions, SignUpQuestion } from "./auth.ts";
import { ANONYMOUS_SIGN_IN_PATH } from "./sign-in-methods/anonymous.ts";

/**
 * Through it goes whoever gets an account without a form for it: by a mail, a message or a key, as somebody new or as an
 * anonymous user who has been there.
 */
export interface SignUpDoor {
  /** Throws where there may be no account. `email`: proven to be its owner's; null: the account has none. */
  admit(email: string | null): Promise<void>;
  /** The statements that an admitted request joins to the batch which makes the account. */
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

/** By what somebody makes an account at a path. At all others it is a mail. */
const SIGN_UP_METHODS: Readonly<Record<string, SignUpQuestion["method"]>> = {
  [ANONYMOUS_SIGN_IN_PATH]: "anonymous",
  "/sign-in/phone-code": "phone",
  "/verify-phone": "phone",
  "/passkey/verify-registration": "passkey",
};
