import { afterEach, expect, test } from "bun:test";
import { refusalIn } from "../../testing/app.ts";
import { openWithHooks as open, stopReceiver } from "../../testing/hooks.ts";
import { verified } from "../../testing/signed-message.ts";

afterEach(stopReceiver);

const allow = () => Response.json({ decision: "allow" });

test("the program is asked with a signed request, and its consent lets the account be made", async () => {
  const { rotate, change, signUp, received, url } = await open(allow);
  const first = await rotate();
  expect((await change({ before_sign_up: url })).status).toBe(200);
  expect((await signUp("Ben@example.com")).status).toBe(200);
  const second = await rotate();
  expect((await signUp("eve@example.com")).status).toBe(200);
  expect(received).toHaveLength(2);
  expect(verified(first, received[0]!)).toMatchObject({
    type: "sign_up.before",
    data: { email: "ben@example.com", method: "password" },
  });
  expect(verified(first, received[1]!)).toEqual(verified(second, received[1]!));
  expect(() => verified(second, received[0]!)).toThrow();
  expect((await change({ secret_ids: [second.id] })).status).toBe(200);
  expect((await signUp("zoe@example.com")).status).toBe(200);
  expect(() => verified(first, received[2]!)).toThrow();
});

test("a refusal, and whatever is no consent, makes no account", async () => {
  let answer: () => Response = () => Response.json({ decision: "deny" });
  const { rotate, change, signUp, signIn, events, url } = await open(() => answer());
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
  stopReceiver();
  expect((await signUp("ben@example.com")).status).toBe(503);
  expect((await signIn("ben@example.com")).status).toBe(401);
  expect(await events("hook_refusal")).toMatchObject([
    { outcome: "failed", actor: null, address: "127.0.0.1", detail: { hook: "before_sign_up" } },
  ]);
  const reasons = (await events("hook_failure")).map(({ detail }) => (detail as { reason: string }).reason);
  expect(reasons.reverse()).toEqual([
    "not JSON",
    "not an object",
    "no decision",
    "status 500",
    "redirect",
    "too_large",
    "unreachable: it cannot be reached: it refuses connections",
  ]);
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
