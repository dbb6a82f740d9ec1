import { bearer, testApp } from "./app.ts";
import type { Received } from "./signed-message.ts";

export const PASSWORD = "correct horse battery";
export const SETTINGS = "/api/t/acme/auth-settings";

let receiver: ReturnType<typeof Bun.serve> | undefined;

/** For the end of each test; within one, the program does not answer any more. */
export function stopReceiver(): void {
  receiver?.stop(true);
}

/** A workspace whose program gives the answers that a test sets, and what the program has received. */
export async function openWithHooks(
  answer: (message: Received) => Response | Promise<Response>,
  { settings, ...parts }: Parameters<typeof testApp>[1] & { settings?: Parameters<typeof testApp>[0] } = {},
) {
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
  const app = testApp({ privateAddresses: true, ...settings }, parts);
  const operator = bearer(await app.signUp("operator@example.com"));
  await app.send("/api/workspaces", { slug: "acme", name: "Acme" }, operator);
  const rotate = async () => {
    const made = await app.send(`${SETTINGS}/hook-secret`, undefined, operator);
    return ((await made.json()) as { data: { id: string; secret: string } }).data;
  };
  const change = (hooks: object) => app.send(SETTINGS, { hooks }, operator, "PATCH");
  const signUp = (email: string, path = "/api/t/acme") =>
    app.send(`${path}/auth/sign-up/email`, { name: "Ben", email, password: PASSWORD });
  const signIn = (email: string, password = PASSWORD, more: object = {}) =>
    app.send("/api/t/acme/auth/sign-in/email", { email, password, ...more });
  /** The newest events of these types. */
  const events = async (type: string) => {
    const answered = await app.call(`/api/t/acme/security-log?type=${type}`, { headers: operator });
    return ((await answered.json()) as { data: Record<string, unknown>[] }).data;
  };
  const url = `http://127.0.0.1:${receiver.port}/hook`;
  return { ...app, operator, received, rotate, change, signUp, signIn, events, url };
}
