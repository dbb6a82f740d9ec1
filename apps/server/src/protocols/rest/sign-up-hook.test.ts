import { afterEach, expect, test } from "bun:test";
import { Webhook } from "standardwebhooks";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";

const PASSWORD = "correct horse battery";
const SETTINGS = "/api/t/acme/auth-settings";

interface Received {
  readonly body: string;
  readonly headers: Record<string, string>;
}

let receiver: ReturnType<typeof Bun.serve> | undefined;
afterEach(() => receiver?.stop(true));

/** A workspace whose program answers as the test says, and what the program has received. */
async function open(answer: (message: Received) => Response | Promise<Response>) {
  const received: Received[] = [];
  receiver = Bun.serve({
    port: 0,
    hostname: "127.0.0.1",
    async fetch(request) {
      const message = { body: await request.text(), headers: Object.fromEntries(request.headers) };
      received.push(message);
      return answer(message);
    },
  });
  const app = testApp({ privateAddresses: true });
  const operator = bearer(await app.signUp("operator@example.com"));
  await app.send("/api/workspaces", { slug: "acme", name: "Acme" }, operator);
  const rotate = async () => {
    const made = await app.send(`${SETTINGS}/hook-secret`, undefined, operator);
    return ((await made.json()) as { data: { id: string; secret: string } }).data;
  };
  const change = (hooks: object) => app.send(SETTINGS, { hooks }, operator, "PATCH");
  const signUp = (email: string, path = "/api/t/acme") =>
    app.send(`${path}/auth/sign-up/email`, { name: "Ben", email, password: PASSWORD });
  return { ...app, operator, received, rotate, change, signUp, url: `http://127.0.0.1:${receiver.port}/hook` };
}

const allow = () => Response.json({ decision: "allow" });

test("the program is asked with a signed request, and its consent lets the account be made", async () => {
  const { rotate, change, signUp, received, url } = await open(allow);
  const first = await rotate();
  expect((await change({ before_sign_up: url })).status).toBe(200);
  expect((await signUp("Ben@example.com")).status).toBe(200);
  const second = await rotate();
  expect((await signUp("eve@example.com")).status).toBe(200);
  expect(received).toHaveLength(2);
  const verified = ({ secret }: { secret: string }, { body, headers }: Received) =>
    (new Webhook(secret).verify(body, headers) as { type: string; data: object }).data;
  expect(verified(first, received[0]!)).toMatchObject({ email: "ben@example.com", method: "password" });
  expect(verified(first, received[1]!)).toEqual(verified(second, received[1]!));
  expect(() => verified(second, received[0]!)).toThrow();
  expect((await change({ secret_ids: [second.id] })).status).toBe(200);
  expect((await signUp("zoe@example.com")).status).toBe(200);
  expect(() => verified(first, received[2]!)).toThrow();
});

test("a refusal, and whatever is no consent, makes no account", async () => {
  let answer: () => Response = () => Response.json({ decision: "deny" });
  const { rotate, change, signUp, send, url } = await open(() => answer());
  await rotate();
  await change({ before_sign_up: url });
  expect(await refusalIn(await signUp("ben@example.com"))).toEqual([403, "SIGN_UP_REFUSED"] as never);
  const failures: (() => Response)[] = [
    () => new Response("{", { status: 200 }),
    () => Response.json(null),
    () => Response.json({ decision: true }),
    () => Response.json({ decision: "allow" }, { status: 500 }),
    () => new Response(null, { status: 302, headers: { location: url } }),
    () => Response.json({ decision: "allow", more: "x".repeat(5000) }),
  ];
  for (answer of failures) {
    expect(await refusalIn(await signUp("ben@example.com"))).toEqual([503, "UNAVAILABLE"] as never);
  }
  receiver?.stop(true);
  expect((await signUp("ben@example.com")).status).toBe(503);
  const signIn = await send("/api/t/acme/auth/sign-in/email", { email: "ben@example.com", password: PASSWORD });
  expect(signIn.status).toBe(401);
});

test("an address that has an account is asked about too, and other workspaces' accounts are not", async () => {
  let decision = "allow";
  const { rotate, change, signUp, received, url } = await open(() => Response.json({ decision }));
  await rotate();
  await change({ before_sign_up: url });
  expect((await signUp("ben@example.com")).status).toBe(200);
  decision = "deny";
  expect((await signUp("ben@example.com")).status).toBe(403);
  expect((await signUp("ben@example.com", "/api")).status).toBe(200);
  expect(received).toHaveLength(2);
});

test("no address without a secret, and none that may not be asked", async () => {
  const { rotate, change } = await open(allow);
  const refused = async (url: string) => {
    const { error } = (await (await change({ before_sign_up: url })).json()) as { error: object };
    return error;
  };
  const field = { code: "VALIDATION", details: { field: "hooks.before_sign_up" } };
  expect(await refused("https://example.com/hook")).toMatchObject(field);
  await rotate();
  for (const url of ["file:///etc/passwd", "https://a:b@example.com", "hook"]) {
    expect(await refused(url)).toMatchObject(field);
  }
  expect((await change({ before_sign_up: "https://example.com/hook" })).status).toBe(200);
  expect(await (await change({ secret_ids: [] })).json()).toMatchObject({ error: field });
});
