import type { BetterAuthPlugin } from "@better-auth/core";
import { createAuthEndpoint } from "@better-auth/core/api";
import { PlinthError, placeholderAddress, uuidv7 } from "@plinth/core";
import { getSessionFromCtx } from "better-auth/api";
import { ADDRESS_HEADER } from "../address-header.ts";
import type { PoolOptions } from "../auth.ts";
import { enterAsNewUser } from "./enter.ts";

export const ANONYMOUS_SIGN_IN_PATH = "/sign-in/anonymous";

/**
 * Users without an account, who make one later and stay the same user. better-auth's plugin gives them another id then, and
 * leaves it to the app to move what they own: see docs/decisions.
 */
export function anonymousMethod({ clock, acceptAnonymous }: PoolOptions) {
  return {
    id: "anonymous-users",
    endpoints: {
      signInAnonymously: createAuthEndpoint(ANONYMOUS_SIGN_IN_PATH, { method: "POST" }, async (ctx) => {
        await acceptAnonymous(ctx.headers?.get(ADDRESS_HEADER) ?? null);
        if (await getSessionFromCtx(ctx, { disableRefresh: true })) {
          throw new PlinthError("CONFLICT", "You are signed in already.");
        }
        const { name = "" } = ctx.body as { name?: string };
        const id = uuidv7(clock.now());
        return enterAsNewUser(ctx, {
          id,
          name,
          email: placeholderAddress(id),
          emailVerified: false,
          isAnonymous: true,
        });
      }),
    },
  } satisfies BetterAuthPlugin;
}
