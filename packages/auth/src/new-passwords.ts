import { invalid, PlinthError } from "@plinth/core";
import { isCommonPassword } from "./common-passwords.ts";

/** What a pool asks of new passwords, beside at least 8 and at most 128 characters. */
export interface PasswordPolicy {
  readonly minLength: number;
  /** Refuses the passwords that are tried first. */
  readonly refuseCommon: boolean;
}

/** The paths that store a new password, and the field of their bodies that holds it. */
const NEW_PASSWORDS: Readonly<Record<string, string>> = {
  "/sign-up/email": "password",
  "/change-password": "new_password",
  "/reset-password": "new_password",
};

/** Refuses a request that would store a password which the pool does not allow. Accounts are not looked at. */
export async function requireAllowedPassword(path: string, request: Request, policy: PasswordPolicy): Promise<void> {
  const field = NEW_PASSWORDS[path];
  if (field === undefined) return;
  const body = (await request.clone().json()) as Record<string, unknown>;
  const { email, [field]: password } = body;
  await requireAllowed(policy, {
    field,
    password: String(password),
    email: typeof email === "string" ? email : undefined,
  });
}

export async function requireAllowed(
  { minLength, refuseCommon }: PasswordPolicy,
  { password, email, field = "password" }: { password: string; email?: string | undefined; field?: string },
): Promise<void> {
  // As people count them: an emoji is one.
  if ([...password].length < minLength) throw invalid(field, `must have at least ${minLength} characters`);
  if (!refuseCommon) return;
  const names = email === undefined ? [] : [email, email.split("@")[0]!];
  const isName = names.some((name) => name.toLowerCase() === password.toLowerCase());
  if (!isName && !(await isCommonPassword(password))) return;
  const why = isName ? "it is your email address" : "it is among those that are tried first";
  throw new PlinthError("PASSWORD_TOO_COMMON", `${field}: choose another password: ${why}.`, { field });
}
