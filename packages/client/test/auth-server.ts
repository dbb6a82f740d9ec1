import type { Client } from "../src/index.ts";

export const url = "http://server.test";
export const user = { id: "u1", email: "ada@x.test", name: "Ada" };

interface Seen {
  readonly path: string;
  readonly headers: Headers;
  readonly credentials: RequestCredentials | undefined;
}

/** A server that signs anybody in; `on` replaces its answers by path. */
export function server(on: Record<string, (init: RequestInit) => Response | Promise<Response>> = {}) {
  const seen: Seen[] = [];
  let n = 0;
  const tokens = () => ({ access_token: `access-${++n}`, refresh_token: `refresh-${n}`, expires_in: 900 });
  const answers: typeof on = {
    "/api/auth/sign-in/email": () => Response.json({ token: "t.sig", user, tokens: tokens() }),
    "/api/auth/token/refresh": () => Response.json({ data: tokens() }),
    "/api/auth/get-session": () => Response.json({ user: { ...user, name: "Ada L." } }),
    "/api/auth/sign-out": () => Response.json({ success: true }),
    ...on,
  };
  const fetch = (async (input: URL, init: RequestInit) => {
    seen.push({ path: input.pathname, headers: new Headers(init.headers), credentials: init.credentials });
    return answers[input.pathname]?.(init) ?? Response.json({ data: [] });
  }) as unknown as typeof globalThis.fetch;
  return { fetch, seen };
}

export const signIn = ({ auth }: Client) => auth.password.signIn({ email: user.email, password: "p" });

export const failure = (request: Promise<unknown>) =>
  request.then(
    () => undefined,
    (error) => error,
  );
