import { clientBrowser } from "./client-browser.ts";
import { openWorld, type Pool } from "./pool.ts";

export const PASSWORD = "correct horse battery";

/** A provider, its pages and the server share a process, which may share its cores with others. */
export const world = await openWorld(["acme"]);
export const [pool] = world.pools as [Pool];

/** The requests of all clients, as `GET /api/me`. */
export const asked = new Set<string>();
export const open = () => clientBrowser(world.app, "acme", asked);

const tokenIn = (text: string): string => new URL(/https?:\/\/\S+token=\S+/.exec(text)![0]).searchParams.get("token")!;
export const codeIn = (text: string): string => /\b\d{6}\b/.exec(text)![0];
export const tokenTo = async (email: string, template: string) => tokenIn(await pool.mailTo(email, template));
const codeOf = (error: { code: string }) => error.code;
export const refusal = (request: Promise<unknown>) => request.then(() => "none", codeOf);

/** An account with a confirmed address, signed in. */
export async function member(email: string) {
  const browser = await open();
  const { auth } = browser.open();
  await auth.password.signUp({ name: "Someone", email, password: PASSWORD });
  await auth.email.verify(await tokenTo(email, "verify_email"));
  return { ...browser, auth };
}
