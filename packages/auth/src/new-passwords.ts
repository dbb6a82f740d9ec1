import { invalid, PlinthError } from "@plinth/core";
import type { PoolOptions } from "./auth.ts";
import { isCommonPassword } from "./common-passwords.ts";
import { type BetterAuth, SIGN_UP_PATH } from "./set-up.ts";

/** What a pool asks of new passwords, beside at least 8 and at most 128 characters. */
export interface PasswordPolicy {
  readonly minLength: number;
  /** Refuses the passwords that are tried first. */
  readonly refuseCommon: boolean;
}

/** How a path that stores a new password says it, and whose it is. */
interface NewPassword {
  readonly field: string;
  /** The address of the account. Undefined: the request opens none, and is refused for that. */
  emailOf(auth: BetterAuth, body: Readonly<Record<string, unknown>>, headers: Headers): Promise<string | undefined>;
}

const NEW_PASSWORDS: Readonly<Record<string, NewPassword>> = {
  [SIGN_UP_PATH]: { field: "password", emailOf: async (_, { email }) => textOf(email) },
  "/change-password": {
    field: "new_password",
    async emailOf(auth, _, headers) {
      const caller = await auth.api.getSession({ headers, query: { disableRefresh: true } });
      return caller?.user.email;
    },
  },
  "/reset-password": {
    field: "new_password",
    async emailOf(auth, { token }) {
      const { internalAdapter } = await auth.$context;
      const link = await internalAdapter.findVerificationValue(`reset-password:${textOf(token)}`);
      return link ? (await internalAdapter.findUserById(link.value))?.email : undefined;
    },
  },
};

/** Refuses a request that would store a password which the pool does not allow. */
export async function requireAllowedPassword(
  auth: BetterAuth,
  path: string,
  request: Request,
  options: Pick<PoolOptions, "passwordPolicy" | "poolNames">,
): Promise<void> {
  const place = Object.hasOwn(NEW_PASSWORDS, path) ? NEW_PASSWORDS[path] : undefined;
  if (!place) return;
  const { field } = place;
  const body = (await request.clone().json()) as Record<string, unknown>;
  const email = await place.emailOf(auth, body, request.headers);
  await requireAllowed(options, { field, password: String(body[field]), email });
}

/** The one place that decides about a new password, however it is set. */
export async function requireAllowed(
  { passwordPolicy: { minLength, refuseCommon }, poolNames }: Pick<PoolOptions, "passwordPolicy" | "poolNames">,
  { password, email, field = "password" }: { password: string; email: string | undefined; field?: string },
): Promise<void> {
  // What is hashed.
  const normal = password.normalize("NFKC");
  // As people count them: an emoji is one.
  if ([...normal].length < minLength) throw invalid(field, `must have at least ${minLength} characters`);
  if (!refuseCommon) return;
  const isOneOf = (names: readonly string[]) =>
    names.some((name) => name.normalize("NFKC").toLowerCase() === normal.toLowerCase());
  if (email !== undefined && isOneOf([email, email.split("@")[0]!])) throw tooCommon(field, "it is your email address");
  if (await isCommonPassword(normal)) throw tooCommon(field, "it is among those that are tried first");
  if (isOneOf(await poolNames())) throw tooCommon(field, "it is the name of the workspace");
}

function tooCommon(field: string, why: string): PlinthError {
  return new PlinthError("PASSWORD_TOO_COMMON", `${field}: choose another password: ${why}.`, { field });
}

function textOf(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
