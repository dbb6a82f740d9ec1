import { OPERATORS_POOL_ID, type SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { authOf } from "./auth.ts";
import { clientAddress } from "./client-address.ts";
import { readCredentials } from "./credentials.ts";
import { resolvePrincipal } from "./principal.ts";
import { recordFailure } from "./security-events.ts";
import type { IncomingRequest } from "./setup.ts";

/** Answers a sign-in. One that fails is recorded, in the same time whether or not there is such an account. */
export async function signIn(
  engine: Engine,
  driver: SqlDriver,
  request: Request,
  attempt: IncomingRequest & {
    readonly workspaceId: string;
    readonly email: string;
    readonly redirect?: string | undefined;
  },
): Promise<Response> {
  const address = clientAddress(engine.config, attempt);
  const { workspaceId } = attempt;
  const email = attempt.email.toLowerCase();
  return authOf(engine, driver, workspaceId)
    .handle(request, address, attempt.redirect)
    .catch((error: unknown) => recordFailure(engine, driver, { workspaceId, type: "sign_in", email, address, error }));
}

/** Answers a change of the caller's own password. */
export async function changePassword(
  engine: Engine,
  driver: SqlDriver,
  request: Request,
  incoming: IncomingRequest & { readonly workspaceId: string },
): Promise<Response> {
  const address = clientAddress(engine.config, incoming);
  const { workspaceId } = incoming;
  return authOf(engine, driver, workspaceId)
    .handle(request, address)
    .catch(async (error: unknown) => {
      const credentials = readCredentials(request.headers);
      const where =
        workspaceId === OPERATORS_POOL_ID ? ({ asOperator: true } as const) : { pathWorkspace: workspaceId };
      const { principal } = await resolvePrincipal({ engine, driver, credentials, ...where });
      return recordFailure(engine, driver, {
        workspaceId,
        type: "password_change",
        userId: principal.id,
        address,
        error,
      });
    });
}
