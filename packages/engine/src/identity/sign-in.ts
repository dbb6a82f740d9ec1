import { isOverloaded } from "@plinth/auth";
import { OPERATORS_POOL_ID, PlinthError, type SqlDriver } from "@plinth/core";
import type { Engine } from "../kernel/engine.ts";
import { authOf } from "./auth.ts";
import { clientAddress } from "./client-address.ts";
import { readCredentials } from "./credentials.ts";
import type { PoolRequest } from "./incoming-request.ts";
import { countAttempt, type SignInAttempt } from "./limits/account-attempts.ts";
import { knownDevices } from "./limits/device-cookie.ts";
import { refusalTimes } from "./limits/refusal-times.ts";
import { resolvePrincipal } from "./principal.ts";
import { recordFailure } from "./security-events.ts";

/** Answers a sign-in. One that fails is recorded, in the same time whether or not there is such an account. */
export async function signIn(
  engine: Engine,
  driver: SqlDriver,
  request: Request,
  attempt: PoolRequest & { readonly email: string; readonly redirect?: string | undefined },
): Promise<Response> {
  const address = clientAddress(engine.config, attempt);
  const { workspaceId } = attempt;
  const email = attempt.email.toLowerCase();
  const devices = await knownDevices(engine, workspaceId, attempt.headers.get("cookie"));
  const times = refusalTimes(engine);
  const began = performance.now();
  let counted: SignInAttempt | undefined;
  let refusal: unknown;
  // Without a solved challenge, no password was tried.
  const admit = async (): Promise<void> => {
    counted = await countAttempt(engine, driver, { workspaceId, email, address, devices }).catch((error: unknown) => {
      refusal = error;
      throw error;
    });
  };
  const answer = await authOf(engine, driver, workspaceId, attempt.workspaceHost)
    .handle(request, address, attempt.redirect, admit)
    .catch(async (error: unknown) => {
      if (error === refusal) return times.refuse(began, error);
      if (isOverloaded(error)) await counted?.notTried();
      return recordFailure(engine, driver, { workspaceId, type: "sign_in", email, address, error });
    })
    .catch((error: unknown) => {
      if (!isWrongPassword(error)) throw error;
      times.checked(began);
      if (!counted?.refusal) throw error;
      // With the headers of a refusal that came before the password was checked.
      if (error.limit) counted.refusal.limit = error.limit;
      return times.refuse(began, counted.refusal);
    });
  times.checked(began);
  await counted?.succeeded();
  return answer;
}

function isWrongPassword(error: unknown): error is PlinthError {
  return error instanceof PlinthError && error.code === "INVALID_CREDENTIALS";
}

/**
 * Answers a code or a passkey. Each code has few tries and each account few codes, so they are not counted by account: nobody can lock somebody else
 * out. `email`: whose it is, where the request says so.
 */
export async function signInByProof(
  engine: Engine,
  driver: SqlDriver,
  request: Request,
  incoming: PoolRequest & { readonly email?: string; readonly detail?: Readonly<Record<string, string>> },
): Promise<Response> {
  const address = clientAddress(engine.config, incoming);
  const { workspaceId, detail = {} } = incoming;
  const whose = incoming.email === undefined ? {} : { email: incoming.email.toLowerCase() };
  return authOf(engine, driver, workspaceId, incoming.workspaceHost)
    .handle(request, address)
    .catch((error: unknown) =>
      recordFailure(engine, driver, { workspaceId, type: "sign_in", ...whose, address, error, detail }),
    );
}

/** Answers a change of the caller's own password. */
export async function changePassword(
  engine: Engine,
  driver: SqlDriver,
  request: Request,
  incoming: PoolRequest,
): Promise<Response> {
  return ofCaller(engine, driver, "password_change", request, incoming);
}

/** Proves again who the caller is, by a password or a code. */
export async function proveAgain(
  engine: Engine,
  driver: SqlDriver,
  request: Request,
  incoming: PoolRequest,
): Promise<{ methods: string[]; authenticated_at: string }> {
  const answer = await ofCaller(engine, driver, "step_up", request, incoming);
  const { methods, authenticated_at } = (await answer.json()) as { methods: string[]; authenticated_at: number };
  return { methods, authenticated_at: new Date(authenticated_at).toISOString() };
}

/** A failure is recorded as the caller's. */
async function ofCaller(
  engine: Engine,
  driver: SqlDriver,
  type: "password_change" | "step_up",
  request: Request,
  incoming: PoolRequest,
): Promise<Response> {
  const address = clientAddress(engine.config, incoming);
  const { workspaceId } = incoming;
  return authOf(engine, driver, workspaceId, incoming.workspaceHost)
    .handle(request, address)
    .catch(async (error: unknown) => {
      const credentials = readCredentials(request.headers);
      const where =
        workspaceId === OPERATORS_POOL_ID ? ({ asOperator: true } as const) : { pathWorkspace: workspaceId };
      const { principal } = await resolvePrincipal({ engine, driver, credentials, ...where });
      return recordFailure(engine, driver, { workspaceId, type, userId: principal.id, address, error });
    });
}
