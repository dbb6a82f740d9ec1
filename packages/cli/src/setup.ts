import { connect } from "./api.ts";
import type { Call } from "./command.ts";
import { DEFAULT_URL } from "./credentials.ts";
import { ApiError, usage } from "./errors.ts";
import { askedPassword, post } from "./login.ts";
import type { SETUP_OPTIONS } from "./login-options.ts";
import { keepProfile, requireKeepable } from "./profiles.ts";

type SetupCall = Call<typeof SETUP_OPTIONS>;

/** What to do about an answer of the server, by its code. */
const ADVICE: Readonly<Record<string, string>> = {
  SETUP_REQUIRED: "Give the setup link that the server printed or logged at its start: plinth setup LINK.",
  CONFLICT: "Sign in with plinth login.",
};

/** `plinth setup`: the account is the operator's, or none is made. */
export async function runSetup(call: SetupCall): Promise<0> {
  const { args, values, env, terminal } = call;
  const link = linkIn(args[0]);
  const url = values.url ?? link?.url ?? env.PLINTH_URL ?? DEFAULT_URL;
  const profile = values.profile ?? "default";
  // Before there is an account whose session cannot be kept.
  requireKeepable(env, profile);
  const api = connect({ url, key: undefined, hint: "" });
  const email = values.email ?? (await terminal.ask("Email of the operator: "));
  if (!email) throw usage("There is nobody to ask here; give --email and --password-stdin");
  const password = await askedPassword(call, { twice: true });
  const account = { name: values.name ?? email.split("@")[0], email, password, setup_token: link?.token ?? "" };
  const { token } = await post(api, "/api/operator/auth/sign-up/email", account).catch((error: unknown) => {
    const advice = error instanceof ApiError && error.code && ADVICE[error.code];
    if (!advice) throw error;
    throw new ApiError(error.status, error.code, `${error.message} ${advice}`, error.details);
  });
  if (token) keepProfile(env, profile, { url: api.url, token, account: "operator", email });
  const shown = { profile, url: api.url, account: "operator", email };
  await call.show(shown, `${email} is the operator of ${api.url}, and signed in; profile ${profile}.\n`);
  return 0;
}

/** Without a token, it is the address of a server on this machine. */
function linkIn(text: string | undefined): { url: string; token: string } | undefined {
  if (text === undefined) return undefined;
  const link = URL.parse(text);
  if (!link || !/^https?:$/.test(link.protocol)) {
    throw usage(`"${text}" is not a setup link; expected one such as http://127.0.0.1:8787/setup?token=…`);
  }
  const base = link.origin + link.pathname.replace(/\/setup\/?$/, "");
  return { url: base.replace(/\/+$/, ""), token: link.searchParams.get("token") ?? "" };
}
