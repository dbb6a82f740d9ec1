import type { JsonObject } from "@plinth/core";
import type { PoolOptions } from "./auth.ts";

/** Names a sign-up by a form in better-auth's context, which may hold copies of its request. */
export const SIGN_UP_HEADER = "x-plinth-sign-up";

/** The sign-ups by a form that are answered now. */
export interface SignUpForms {
  /**
   * Asks the pool's program about the account, and answers the form as the program has amended it. So the answer does not tell
   * whether the address had an account before.
   */
  during<T>(
    form: { readonly request: Request; readonly headers: Headers; readonly address: string | null },
    answer: (request: Request) => Promise<T>,
  ): Promise<T>;
  /** What the program has said of the account's item. */
  profileOf(headers: Headers | undefined): JsonObject | undefined;
}

export function signUpForms({ beforeSignUp }: Pick<PoolOptions, "beforeSignUp">): SignUpForms {
  const profiles = new Map<string, JsonObject>();
  return {
    async during({ request, headers, address }, answer) {
      const body = (await request.clone().json()) as Readonly<Record<string, unknown>>;
      const name = typeof body.name === "string" ? body.name : null;
      const amended = await beforeSignUp({ email: String(body.email), name, method: "password", address });
      if (!amended) return answer(request);
      const id = crypto.randomUUID();
      headers.set(SIGN_UP_HEADER, id);
      headers.delete("content-length");
      profiles.set(id, amended.profile);
      const form = Object.entries({ ...body, ...amended.account }).filter(([, value]) => value !== null);
      const { url, method } = request;
      try {
        return await answer(new Request(url, { method, headers, body: JSON.stringify(Object.fromEntries(form)) }));
      } finally {
        profiles.delete(id);
      }
    },
    profileOf: (headers) => profiles.get(headers?.get(SIGN_UP_HEADER) ?? ""),
  };
}
