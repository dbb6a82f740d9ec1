import { expect } from "bun:test";
import type { Tokens } from "@plinth/engine";
import { bearer, refusalIn, testApp } from "./app.ts";

export type Claims = Record<string, unknown>;

const encoder = new TextEncoder();
export const part = (content: string | object): string =>
  Buffer.from(typeof content === "string" ? content : JSON.stringify(content)).toString("base64url");
const decoded = (token: string, index: 0 | 1): Claims =>
  JSON.parse(Buffer.from(token.split(".")[index]!, "base64url").toString());
export const claimsOf = (token: string): Claims => decoded(token, 1);

/** Signs with a shared secret. */
export function signer(secret: string) {
  return async (header: object, payload: string | Claims) => {
    const input = `${part(header)}.${part(payload)}`;
    const key = await crypto.subtle.importKey("raw", encoder.encode(secret), { name: "HMAC", hash: "SHA-256" }, false, [
      "sign",
    ]);
    const signature = new Uint8Array(await crypto.subtle.sign("HMAC", key, encoder.encode(input)));
    return `${input}.${Buffer.from(signature).toString("base64url")}`;
  };
}

/** An app, a valid access token, and the secret that signs it, to make tokens that are wrong in one thing. */
export async function openForger() {
  /** It stands still: a slow machine changes nothing. */
  const now = Math.floor(Date.now() / 1000) * 1000;
  const world = testApp({}, { clock: { now: () => now } });
  const operator = await world.signUp("operator@example.com");
  await world.send("/api/workspaces", { slug: "other", name: "Other" }, bearer(operator));
  const secret = "a secret that this test shares with its server";
  await world.send("/api/signing-keys", { algorithm: "HS256", secret }, bearer(operator));
  await world.send("/api/signing-keys/rotate", undefined, bearer(operator));
  const ada = { name: "Ada", email: "ada@example.com", password: "correct horse", tokens: true };
  const { tokens } = (await (await world.send("/api/auth/sign-up/email", ada)).json()) as { tokens: Tokens };
  const token = tokens.access_token;
  const elsewhere = { ...bearer(operator), "x-plinth-workspace": "other" };
  await world.send("/api/signing-keys", { algorithm: "HS256", secret: `${secret} 2` }, elsewhere);
  await world.send("/api/signing-keys/rotate", undefined, elsewhere);
  const keys = (await (await world.call("/api/signing-keys", { headers: elsewhere })).json()) as {
    data: { id: string }[];
  };
  const own = { sign: signer(secret), kid: decoded(token, 0).kid as string };
  const right = (change: Claims = {}): Claims => ({ ...claimsOf(token), ...change });
  const header = (change: Claims = {}): Claims => ({ alg: "HS256", kid: own.kid, typ: "JWT", ...change });

  /** What each kind of route that accepts a bearer token answers. */
  async function refusals(bad: string): Promise<unknown[]> {
    const headers = bearer(bad);
    const calls: Promise<Response>[] = [
      world.call("/api/me", { headers }),
      world.call("/api/items/none", { headers }),
      world.send("/api/batch", { operations: [] }, headers),
      world.call("/api/realtime/items/none", { headers: { ...headers, accept: "text/event-stream" } }),
      world.send("/api/realtime/tickets", undefined, headers),
      world.send("/api/auth/token", undefined, headers),
      world.call("/.well-known/jwks.json", { headers }),
      world.call("/api/me", { headers: { ...headers, "x-plinth-workspace": "other" } }),
    ];
    const answers = await Promise.all((await Promise.all(calls)).map(refusalIn));
    const socket = await world.open("/api/realtime/socket", headers).catch((error: Error) => error.message);
    return [...answers, socket];
  }

  async function refusedEverywhere(bad: string): Promise<void> {
    const answers = await refusals(bad);
    expect(answers.slice(0, -1), bad).toEqual(Array(answers.length - 1).fill([401, "INVALID_TOKEN"]));
    expect(answers.at(-1), bad).toBe("401 INVALID_TOKEN");
  }

  async function workspaceId(slug: string): Promise<unknown> {
    const { data } = (await (await world.call("/api/workspaces", { headers: bearer(operator) })).json()) as {
      data: { id: string; slug: string }[];
    };
    return data.find((one) => one.slug === slug)?.id;
  }

  return {
    world,
    operator,
    token,
    /** The other workspace's key. */
    foreign: keys.data.at(-1)!.id,
    own,
    right,
    header,
    signed: (claims: Claims) => own.sign(header(), claims),
    seconds: () => now / 1000,
    refusedEverywhere,
    workspaceId,
  };
}
