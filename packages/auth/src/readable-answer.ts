import { normalizeSessionToken } from "./session-cookie.ts";
import {
  AUTHENTICATION_OPTIONS_PATH,
  asSignIn,
  PASSKEY_SIGN_IN_PATH,
  requiringVerification,
} from "./sign-in-methods/passkey.ts";

/** The answer in the form in which callers can use it. */
export async function readableAnswer(path: string, response: Response): Promise<Response> {
  if (path === AUTHENTICATION_OPTIONS_PATH) return requiringVerification(response);
  if (path === PASSKEY_SIGN_IN_PATH) return withSignedToken(await asSignIn(response));
  return response.status === 302 ? response : withSignedToken(response);
}

/** better-auth answers with the bare token; only the signed one works as a bearer. */
async function withSignedToken(response: Response): Promise<Response> {
  const header = response.headers.get("set-auth-token");
  if (!header) return response;
  const token = normalizeSessionToken(header);
  const headers = new Headers(response.headers);
  headers.set("set-auth-token", token);
  headers.set("cache-control", "no-store");
  headers.delete("content-length");
  const body = (await response.json()) as { token?: string | null };
  if (body && typeof body === "object" && "token" in body) body.token = token;
  return new Response(JSON.stringify(body), { status: response.status, headers });
}
