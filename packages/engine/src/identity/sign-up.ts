import { OPERATORS_POOL_ID, PlinthError, type SqlDriver } from "@plinth/core";
import { refuseOn } from "../commit/commit.ts";
import type { Engine } from "../kernel/engine.ts";
import { authOf, authOver, poolSettings } from "./auth.ts";
import { clientAddress } from "./client-address.ts";
import { acceptance, notOpenAnyMore } from "./open-invitation.ts";
import { admitSignUp, claimOperator, hasOperator, type SignUpAttempt } from "./setup.ts";
import { agreementAtSignUp } from "./terms.ts";

/**
 * Answers a sign-up request. The first account is the operator's, in a pool of its own, and needs the setup link or must be made on this machine.
 * Until then, all others are refused and nothing is written. An invitation is used up in the batch that makes its user.
 */
export async function signUp(
  engine: Engine,
  driver: SqlDriver,
  request: Request,
  attempt: SignUpAttempt & { readonly redirect?: string | undefined; readonly termsVersion?: string | undefined },
): Promise<Response> {
  const { redirect, workspaceId, workspaceHost: host, termsVersion: version } = attempt;
  const admission = await admitSignUp(engine, driver, attempt);
  const address = clientAddress(engine.config, attempt);
  const agreement =
    version === undefined ? undefined : await agreementAtSignUp(engine, driver, { workspaceId, version, address });
  if (admission === "open" && !agreement) {
    return authOf(engine, driver, workspaceId, host).handle(request, address, redirect);
  }
  if (admission !== "claim") {
    const now = engine.clock.now();
    const onUserCreated = (userId: string) => [
      ...(admission === "open" ? [] : acceptance(driver, admission, { userId, now, address })),
      ...(agreement?.(userId) ?? []),
    ];
    const guest = authOver(engine, driver, workspaceId, { onUserCreated, host });
    return guest.handle(request, address, redirect).catch(refuseOn("guard", notOpenAnyMore));
  }
  const onUserCreated = claimOperator(engine, driver, address);
  const claim = authOver(engine, driver, OPERATORS_POOL_ID, { onUserCreated, ...firstAccount(engine, driver) });
  const tooLate = () => new PlinthError("CONFLICT", "This server already has its operator.");
  const answer = await claim.handle(request, address, redirect).catch(refuseOn("guard", tooLate));
  // Remembers it outside of the database too.
  if (answer.ok) await hasOperator(engine, driver);
  return answer;
}

/**
 * Where addresses must be confirmed, the setup link vouches for the operator's: mail may not work yet, and nobody else
 * could mend it.
 */
function firstAccount(engine: Engine, driver: SqlDriver) {
  if (engine.config.emailVerification !== "required") return {};
  const settings = async () => ({
    ...(await poolSettings(engine, driver, OPERATORS_POOL_ID)),
    emailVerification: "optional" as const,
  });
  return { settings, mails: undefined };
}
