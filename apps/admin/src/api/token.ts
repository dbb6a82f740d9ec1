import { SAME_ORIGIN } from "./config.ts";

const KEY = "plinth.operator";

/** The operator's session on another origin, where no cookie is sent. */
export function sessionToken(): string | undefined {
  return SAME_ORIGIN ? undefined : (sessionStorage.getItem(KEY) ?? undefined);
}

export function keepSessionToken(token: string | undefined): void {
  if (token === undefined) sessionStorage.removeItem(KEY);
  else sessionStorage.setItem(KEY, token);
}
