import { afterAll, afterEach, expect, test } from "bun:test";
import { rmSync } from "node:fs";
import path from "node:path";
import { refusalIn } from "../../testing/app.ts";
import { openWithHooks, stopReceiver } from "../../testing/hooks.ts";

const SERVER = path.join(import.meta.dir, "../../..");
const PAGE = path.join(SERVER, "../../docs/hooks.md");
/** Where the page's import finds its package. */
const PROGRAM = path.join(SERVER, `node_modules/.hooks-docs-${process.pid}.ts`);

afterEach(stopReceiver);
afterAll(() => rmSync(PROGRAM, { force: true }));

test("the receiver of the page answers every hook", async () => {
  const [, source] = /```ts\n(.*?)```/s.exec(await Bun.file(PAGE).text())!;
  await Bun.write(PROGRAM, source!);
  let fetch: (request: Request) => Promise<Response>;
  const world = await openWithHooks(({ body, headers }) =>
    fetch(new Request(world.url, { method: "POST", body, headers })),
  );
  process.env.HOOK_SECRET = (await world.rotate()).secret;
  ({ fetch } = ((await import(PROGRAM)) as { default: { fetch: typeof fetch } }).default);
  const hooks = {
    before_sign_up: world.url,
    after_sign_in: world.url,
    password_check: world.url,
    token_claims: world.url,
  };
  expect((await world.change(hooks)).status).toBe(200);
  expect(await refusalIn(await world.signUp("eve@other.example"))).toEqual([403, "SIGN_UP_REFUSED"] as never);
  expect((await world.signUp("ann@example.com")).status).toBe(200);
  const signedIn = await world.signIn("ann@example.com", undefined, { tokens: true });
  const { tokens } = (await signedIn.json()) as { tokens: { access_token: string } };
  const claims = Buffer.from(tokens.access_token.split(".")[1]!, "base64url").toString();
  expect(JSON.parse(claims)).toMatchObject({ custom: { plan: "pro" } });
});
