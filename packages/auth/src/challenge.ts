import { PlinthError } from "@plinth/core";
import type { PoolOptions } from "./auth.ts";
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
  if (proof !== undefined && !accounts.some(({ password }) => password === proof))
    throw new PlinthError("INVALID_CREDENTIALS");
  const name = await challengeCookie(auth);
  const cookie = answer.headers.getSetCookie().find((one) => one.startsWith(`${name}=`))!;
  const challenge = decodeURIComponent(cookie.slice(name.length + 1, cookie.indexOf(";")));
  const given = new Headers(answer.headers);
  given.set("cache-control", "no-store");
  given.delete("content-length");
  return new Response(JSON.stringify({ ...((await answer.json()) as object), challenge }), { headers: given });
}

/** The request of a program, which sends the challenge in its body, in the form that better-auth reads. */
export async function withChallenge(auth: BetterAuth, request: Request): Promise<Request> {
  const { challenge, ...body } = (await request.json()) as { challenge?: string };
  const headers = new Headers(request.headers);
  headers.delete("content-length");
  if (challenge !== undefined) {
    headers.delete("authorization");
    headers.set("cookie", `${await challengeCookie(auth)}=${encodeURIComponent(challenge)}`);
  }
  return new Request(request.url, { method: "POST", headers, body: JSON.stringify(body) });
}

async function challengeCookie(auth: BetterAuth): Promise<string> {
  return (await auth.$context).createAuthCookie("two_factor").name;
}
