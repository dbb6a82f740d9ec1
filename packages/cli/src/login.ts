import { type Api, connect } from "./api.ts";
import type { Call } from "./command.ts";
import { DEFAULT_URL } from "./credentials.ts";
import { ApiError, CliError, usage } from "./errors.ts";
import type { LOGIN_OPTIONS } from "./login-options.ts";
import { keepProfile, type SavedProfile } from "./profiles.ts";

/** The server does not say to strangers whether it has one. */
const NO_OPERATOR =
  "Users of a workspace sign in with --as-user. A new server has no operator: make it with plinth setup.";

type LoginCall = Call<typeof LOGIN_OPTIONS>;

/** `plinth login` */
export async function runLogin(call: LoginCall): Promise<0> {
  const { values, env } = call;
  if (values["key-stdin"] && (values.email || values["password-stdin"]))
    throw usage("--key-stdin goes without --email and --password-stdin");
  const url = values.url ?? env.PLINTH_URL ?? (await askedUrl(call));
  const workspace = values.workspace ?? env.PLINTH_WORKSPACE;
  const profile: SavedProfile = {
    url: connect({ url, key: undefined }).url,
    ...(await (values["key-stdin"] ? withKey(call, url, workspace) : signIn(call, url, workspace))),
    ...(workspace && { workspace }),
  };
  const name = values.profile ?? "default";
  keepProfile(env, name, profile);
  const { token: _, key: __, ...shown } = profile;
  const who = profile.email ?? "a key";
  await call.show({ profile: name, ...shown }, `Signed in at ${profile.url} as ${who}; profile ${name}.\n`);
  return 0;
}

async function askedUrl({ terminal }: LoginCall): Promise<string> {
  return (await terminal.ask(`Address of Plinth [${DEFAULT_URL}]: `)) || DEFAULT_URL;
}

/** The key is tried before it is kept. */
async function withKey({ terminal }: LoginCall, url: string, workspace: string | undefined) {
  const key = (await terminal.input()).trim();
  if (key === "") throw usage("The standard input holds no key");
  await connect({ url, key, workspace }).manage("GET", "/api/me", undefined);
  return { key };
}

async function signIn(call: LoginCall, url: string, workspace: string | undefined) {
  const { values, terminal } = call;
  const account = values["as-user"] ? "user" : "operator";
  const base = account === "user" ? "/api/auth" : "/api/operator/auth";
  const api = connect({ url, key: undefined, workspace, hint: "" });
  const email = values.email ?? (await terminal.ask("Email: "));
  if (!email) throw usage("There is nobody to ask here; give --email and --password-stdin, or --key-stdin");
  const password = await askedPassword(call);
  const answer = await post(api, `${base}/sign-in/email`, { email, password }).catch((error: unknown) => {
    if (account === "operator" && error instanceof ApiError && error.code === "INVALID_CREDENTIALS")
      throw new ApiError(error.status, error.code, `${error.message} ${NO_OPERATOR}`, error.details);
    throw error;
  });
  const token = answer.token ?? (await secondFactor(call, api, base, answer));
  return { token, account, email } as const;
}

/** From the standard input, or typed by a person: a new one twice, because nothing shows what is typed. */
export async function askedPassword(
  { values, terminal }: Pick<Call<Pick<typeof LOGIN_OPTIONS, "password-stdin">>, "values" | "terminal">,
  { twice = false } = {},
): Promise<string> {
  if (values["password-stdin"]) return requirePassword((await terminal.input()).replace(/\r?\n$/, ""));
  const password = requirePassword(await terminal.ask("Password: ", "hidden"));
  if (twice && (await terminal.ask("The same again: ", "hidden")) !== password)
    throw usage("The two passwords differ; nothing was sent");
  return password;
}

function requirePassword(password: string | undefined): string {
  if (!password) throw usage("Give the password by the standard input, with --password-stdin");
  return password;
}

interface SignInAnswer {
  readonly token?: string;
  readonly challenge?: string;
}

async function secondFactor(
  { values, terminal }: LoginCall,
  api: Api,
  base: string,
  { challenge }: SignInAnswer,
): Promise<string> {
  if (challenge === undefined) throw new CliError("The server has answered the sign-in without a session.");
  const code = values.code ?? (await terminal.ask("Code of your authenticator app, or a recovery code: "));
  if (!code) throw usage("This account has a second factor; give its code with --code");
  const isTotp = /^\d{6}$/.test(code.trim());
  const { token } = await post(api, `${base}/two-factor/verify-${isTotp ? "totp" : "backup-code"}`, {
    code: code.trim(),
    challenge,
  });
  if (!token) throw new CliError("The server has answered the code without a session.");
  return token;
}

export async function post(api: Api, path: string, body: Record<string, unknown>): Promise<SignInAnswer> {
  return (await api.manage("POST", path, body)) as unknown as SignInAnswer;
}

/** Ends a profile's session at the server. False: it could not be ended, because it is over or nothing answers. */
export async function endSession({ url, token, account, workspace }: SavedProfile): Promise<boolean> {
  const base = account === "user" ? "/api/auth" : "/api/operator/auth";
  try {
    await connect({ url, key: undefined, token: token!, workspace }).manage("POST", `${base}/sign-out`, {});
    return true;
  } catch (error) {
    if (error instanceof ApiError) return error.status === 401;
    if (error instanceof CliError) return false;
    throw error;
  }
}
