import type { Env } from "@plinth/core";
import { type Api, connect } from "./api.ts";
import type { Access, CONNECTION_OPTIONS, ValuesOf } from "./command.ts";
import { usage } from "./errors.ts";

type ConnectionValues = ValuesOf<typeof CONNECTION_OPTIONS>;

const DEFAULT_URL = "http://127.0.0.1:8787";

/** What is written in the command counts before the environment, and a session before a key, because it may do more. */
export function apiFor(values: ConnectionValues, env: Env, access: Access): Api {
  const given = {
    url: values.url ?? env.PLINTH_URL ?? DEFAULT_URL,
    workspace: values.workspace ?? env.PLINTH_WORKSPACE,
  };
  if (access === "operator") {
    if (values.key) throw usage("No key can do this; give the token of an operator's session with --token");
    const token = values.token || env.PLINTH_TOKEN;
    if (!token) throw usage("Give the token of an operator's session with --token or PLINTH_TOKEN");
    return connect({ ...given, key: undefined, token });
  }
  if (values.key && values.token) throw usage("Give --key or --token, not both");
  const token = values.token || (values.key ? undefined : env.PLINTH_TOKEN);
  const key = token ? undefined : values.key || env.PLINTH_KEY;
  if (!key && !token && access === "caller")
    throw usage("Give a key with --key or PLINTH_KEY, or the token of a session with --token or PLINTH_TOKEN");
  return connect({ ...given, key: key || undefined, ...(token && { token }) });
}
