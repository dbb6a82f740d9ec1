import { send } from "../request.ts";
import { type ClientOptions, PlinthClientError } from "../types.ts";
import type { SessionKeeper } from "./session-keeper.ts";
import type { StoredSession } from "./stored-session.ts";
import type { CaptchaOption } from "./types.ts";

/** The server's answer to a request about accounts. */
export interface Ask {
  <T>(method: Method, path: string, how?: AskOptions): Promise<T>;
  /** The whole response, for its headers. */
  response(method: Method, path: string, how?: AskOptions): Promise<Response>;
}

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface AskOptions extends CaptchaOption {
  readonly body?: object;
  readonly query?: Readonly<Record<string, string | undefined>>;
  /**
   * Who asks. `user`, the default: the session itself, as sensitive acts want it. `stranger`: nobody yet. `newcomer`: the
   * same, but an anonymous user, who may make an account and stay the same user. `cookie`: the session that only the
   * browser knows. `{ token }`: the session of this token.
   */
  readonly as?: "user" | "stranger" | "newcomer" | "cookie" | { readonly token: string };
  /** With cookies, also to another origin: what the server remembers there belongs to the request. */
  readonly cookies?: boolean;
}

const CAPTCHA_HEADER = "x-captcha-response";
const UNAUTHORIZED = ["UNAUTHORIZED", "INVALID_TOKEN"];

export function askWith(options: ClientOptions, keeper: SessionKeeper): Ask {
  const { key, tokens: _, token: __, ...shared } = options;
  const callerOf = async (as: AskOptions["as"] = "user"): Promise<Caller> => {
    if (as === "stranger") return { options: { ...shared, ...withKey(key) } };
    // Beside a key, a cookie does not count.
    if (as === "cookie") return { options: { ...shared, credentials: "include" } };
    if (typeof as === "object") return { options: { ...shared, ...withKey(key), token: as.token } };
    const session = await keeper.read();
    if (as === "newcomer" && !session?.user.is_anonymous) return callerOf("stranger");
    if (!session) throw new PlinthClientError("UNAUTHORIZED", "Nobody is signed in.", 401);
    const { token } = session;
    return token === undefined
      ? { session, options: { ...shared, credentials: "include" } }
      : { session, options: { ...shared, ...withKey(key), token } };
  };

  const response: Ask["response"] = async (method, path, { body, query, captcha, as, cookies } = {}) => {
    const { options: caller, session } = await callerOf(as);
    const asked = cookies ? { ...caller, credentials: shared.credentials ?? ("include" as const) } : caller;
    const init = {
      accept: "application/json",
      ...(query && { query }),
      ...(body && { body }),
      ...(captcha !== undefined && { headers: { [CAPTCHA_HEADER]: captcha } }),
    };
    try {
      return await send(asked, path, init, method);
    } catch (error) {
      if (session && error instanceof PlinthClientError && UNAUTHORIZED.includes(error.code)) await keeper.check();
      throw error;
    }
  };
  const ask = async <T>(...request: Parameters<Ask["response"]>): Promise<T> => (await response(...request)).json();
  return Object.assign(ask, { response });
}

interface Caller {
  readonly options: ClientOptions;
  readonly session?: StoredSession;
}

function withKey(key: string | undefined): { key?: string } {
  return key === undefined ? {} : { key };
}
