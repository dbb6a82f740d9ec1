import type { Credentials } from "./world.ts";

/** In whose name a request is made. Credentials come from the running world, never from the text of a scenario. */
export interface Who {
  readonly name: string;
  headers(credentials: Credentials): Record<string, string>;
}

export type UserName = "operator" | "alice" | "bob" | "carol" | "dave" | "elder";
/** `public…` are publishable keys, `secret…` secret ones; `other…` belong to the workspace `other`. */
export type KeyName = "public" | "secret" | "otherPublic" | "otherSecret" | "revoked" | "expiring" | "lasting";

function user(name: UserName): Who {
  return { name: `user ${name}`, headers: (c) => ({ authorization: `Bearer ${c.token(name)}` }) };
}

function key(name: KeyName, header: "x-api-key" | "apikey" | "authorization" = "x-api-key"): Who {
  return {
    name: `key ${name} in ${header}`,
    headers: (c) => ({ [header]: header === "authorization" ? `Bearer ${c.key(name)}` : c.key(name) }),
  };
}

export const as = {
  anonymous: { name: "anonymous", headers: () => ({}) } as Who,
  user,
  operator: user("operator"),
  key,
  publicKey: key("public"),
  secretKey: key("secret"),
  otherPublicKey: key("otherPublic"),
  otherSecretKey: key("otherSecret"),
  /** A browser: the session's cookie and nothing else. */
  cookie(name: UserName): Who {
    return { name: `browser of ${name}`, headers: (c) => ({ cookie: c.cookie(name) }) };
  },
  /** A front end: its key in `apikey`, the session of its user as a bearer. */
  keyAndUser(keyName: KeyName, userName: UserName): Who {
    return {
      name: `key ${keyName} with user ${userName}`,
      headers: (c) => ({ apikey: c.key(keyName), authorization: `Bearer ${c.token(userName)}` }),
    };
  },
  /** Somebody whose session has ended. */
  signedOut: {
    name: "signed-out user",
    headers: (c) => ({ authorization: `Bearer ${c.token("dave")}` }),
  } as Who,
  /** Somebody who makes credentials up. */
  forger(headers: Record<string, string>): Who {
    return { name: `forger of ${Object.keys(headers).join(", ")}`, headers: () => headers };
  },
};
