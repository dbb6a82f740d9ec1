import { beforeEach } from "bun:test";
import type { Tokens } from "@plinth/engine";
import { bearer, type TestApp, testApp } from "./app.ts";

export const ada = { name: "Ada", email: "ada@example.com", password: "correct horse" };

export const dataOf = async <T>(response: Response) => ((await response.json()) as { data: T }).data;
export const claimsIn = (token: string) =>
  JSON.parse(atob(token.split(".")[1]!.replaceAll("-", "+").replaceAll("_", "/")));

/** Before each test: an app with an operator and with Ada, whose clock moves only by `advance`. */
export function tokenWorld() {
  let offset = 0;
  const start = Math.floor(Date.now() / 1000) * 1000;
  const state = { world: undefined as unknown as TestApp, operator: "" };
  const clock = { now: () => start + offset };
  beforeEach(async () => {
    offset = 0;
    state.world = testApp({}, { clock });
    state.operator = await state.world.signUp("operator@example.com");
    await state.world.signUp(ada.email);
  });
  return Object.assign(state, {
    clock,
    advance(ms: number): void {
      offset += ms;
    },
    /** Signs Ada in, with tokens beside her session. */
    async signIn(at = state.world): Promise<Tokens & { session: string }> {
      const { name: _, ...credentials } = ada;
      const response = await at.send("/api/auth/sign-in/email", { ...credentials, tokens: true });
      const { token, tokens } = (await response.json()) as { token: string; tokens: Tokens };
      return { ...tokens, session: token };
    },
    me: (token: string, at = state.world) => at.call("/api/me", { headers: bearer(token) }),
    refresh: (token: string, at = state.world) => at.send("/api/auth/token/refresh", { refresh_token: token }),
  });
}
