import { DataError } from "@plinth/core";
import { setRequestCookie } from "better-auth/cookies";
import type { PoolOptions } from "./auth.ts";
import { REPLACED } from "./guard-labels.ts";
import type { BetterAuth } from "./set-up.ts";
import type { SecondFactorDue } from "./sign-in-methods/second-factor.ts";

/** What a sign-in answers that waits for its second factor: a cookie for browsers, and the same as a text for programs. */
export async function answerWithChallenge(
  auth: BetterAuth,
  { beforeChallenge }: Pick<PoolOptions, "beforeChallenge">,
  headers: Headers,
  { userId, method, brief, proof }: SecondFactorDue,
): Promise<Response> {
  await beforeChallenge?.(userId, headers);
  const body = { userId, method, brief } as never;
  const answer = await auth.api.challengeSecondFactor({ body, headers, asResponse: true });
  // A change of the password ends existing challenges. This one may be created after it.
  const accounts = proof === undefined ? [] : await (await auth.$context).internalAdapter.findAccounts(userId);
  // As the batch of a session fails, so that both are treated alike.
  if (proof !== undefined && !accounts.some(({ password }) => password === proof))
    throw new DataError("guard", { guard: REPLACED });
  const name = await challengeCookie(auth);
  const cookie = answer.headers.getSetCookie().find((one) => one.startsWith(`${name}=`))!;
  const challenge = decodeURIComponent(cookie.slice(name.length + 1, cookie.indexOf(";")));
  const given = new Headers(answer.headers);
  given.set("cache-control", "no-store");
  given.delete("content-length");
  return new Response(JSON.stringify({ ...((await answer.json()) as object), challenge }), { headers: given });
}

/**
 * The request of a second factor in the form that better-auth reads: programs send the challenge in the body. A request with a
 * session has no challenge. better-auth looks for the session again, and would take the challenge if the session had ended meanwhile.
 */
export async function withChallenge(auth: BetterAuth, request: Request): Promise<Request> {
  const { challenge, ...body } = (await request.json()) as { challenge?: string };
  const headers = new Headers(request.headers);
  headers.delete("content-length");
  const name = await challengeCookie(auth);
  if (challenge !== undefined) {
    headers.delete("authorization");
    headers.set("cookie", `${name}=${encodeURIComponent(challenge)}`);
  } else if (await auth.api.getSession({ headers, query: { disableRefresh: true } })) {
    setRequestCookie(headers, name, "");
  }
  return new Request(request.url, { method: "POST", headers, body: JSON.stringify(body) });
}

async function challengeCookie(auth: BetterAuth): Promise<string> {
  return (await auth.$context).createAuthCookie("two_factor").name;
}
