import type { Env } from "@plinth/core";
import { type Api, connect } from "./api.ts";
import type { Access, AS_OPTION, CONNECTION_OPTIONS, ValuesOf } from "./command.ts";
import { usage } from "./errors.ts";
import { chosenProfile, type SavedProfile } from "./profiles.ts";

export type ConnectionValues = ValuesOf<typeof CONNECTION_OPTIONS> & Partial<ValuesOf<typeof AS_OPTION>>;

export const DEFAULT_URL = "http://127.0.0.1:8787";

/** A server, and who asks it. */
export interface ChosenConnection {
  readonly url: string;
  readonly workspace: string | undefined;
  readonly key?: string;
  readonly token?: string;
  /** Where the key or the token comes from. */
  readonly source: "option" | "environment" | "profile" | "none";
  /** The profile that gives the address or the credentials. */
  readonly profile?: string;
}

/**
 * What is written in the command counts before the environment, and that before the current profile; a profile that the
 * command names counts as written in it. A session counts before a key, because it may do more.
 */
export function chooseConnection(values: ConnectionValues, env: Env): ChosenConnection {
  if (values.key && values.token) throw usage("Give --key or --token, not both");
  const chosen = chosenProfile(env, values.profile);
  const isNamed = values.profile !== undefined;
  const environment = isNamed ? {} : env;
  const url = values.url ?? environment.PLINTH_URL ?? chosen?.profile.url ?? DEFAULT_URL;
  // A profile's key never goes to another server.
  const own = chosen && isSameAddress(chosen.profile.url, url) ? chosen.profile : undefined;
  const workspace = values.workspace ?? environment.PLINTH_WORKSPACE ?? own?.workspace;
  const usesProfile = own && { profile: chosen!.name };
  const given = (source: ChosenConnection["source"], credentials: Pick<SavedProfile, "key" | "token">) => ({
    url,
    workspace,
    source,
    ...usesProfile,
    ...credentials,
  });
  if (values.token) return given("option", { token: values.token });
  if (values.key) return given("option", { key: values.key });
  if (environment.PLINTH_TOKEN) return given("environment", { token: environment.PLINTH_TOKEN });
  if (environment.PLINTH_KEY) return given("environment", { key: environment.PLINTH_KEY });
  if (own?.token) return given("profile", { token: own.token });
  if (own?.key) return given("profile", { key: own.key });
  return given("none", {});
}

export function apiFor(values: ConnectionValues, env: Env, access: Access): Api {
  const chosen = chooseConnection(values, env);
  const { url, workspace, token } = chosen;
  const hint = chosen.source === "profile" ? "Sign in again with plinth login." : undefined;
  const connection = { url, workspace, ...(hint !== undefined && { hint }), viewAs: values.as };
  if (access === "operator") {
    if (values.key) throw usage("No key can do this; give the token of an operator's session with --token");
    const session = token ?? (chosen.source === "environment" ? profileToken(values, env, url) : undefined);
    if (!session) throw usage("Sign in with plinth login, or give an operator's session with --token or PLINTH_TOKEN");
    return connect({ ...connection, key: undefined, token: session });
  }
  if (chosen.source === "none" && access === "caller")
    throw usage(
      "Sign in with plinth login, or give a key with --key or PLINTH_KEY, or a session with --token or PLINTH_TOKEN",
    );
  return connect({ ...connection, key: chosen.key, ...(token && { token }) });
}

/** Beside a key of the environment, which cannot do it, the profile may have a session. */
function profileToken(values: ConnectionValues, env: Env, url: string): string | undefined {
  const { profile } = chosenProfile(env, values.profile) ?? {};
  return profile && isSameAddress(profile.url, url) ? profile.token : undefined;
}

function isSameAddress(one: string, other: string): boolean {
  return URL.parse(one)?.href === URL.parse(other)?.href;
}
