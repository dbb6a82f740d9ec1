import { PlinthClientError } from "../types.ts";
import type { Ask } from "./request.ts";
import type { SessionKeeper } from "./session-keeper.ts";
import type { AuthUser } from "./types.ts";

export interface Me {
  readonly kind: "anonymous" | "user" | "operator" | "key";
  readonly id?: string;
  readonly email?: string | null;
  readonly phone?: string;
  readonly name?: string;
  readonly roles: readonly string[];
  readonly workspace: { readonly id: string; readonly slug: string };
  readonly operator: boolean;
  readonly admin: boolean;
}

export interface AccountRemoval {
  readonly id: string;
  /** False: the server goes on by itself. */
  readonly complete: boolean;
  readonly items: { readonly released: number; readonly deleted: number };
}

/** The workspace's terms, and what the user has agreed to. */
export interface Terms {
  /** The page with the terms; null: there are none. */
  readonly url: string | null;
  readonly version: string;
  /** Whether the user has yet to agree to this version. */
  readonly due: boolean;
  /** The newest first. */
  readonly agreements: readonly { readonly version: string; readonly url: string; readonly agreed_at: string }[];
}

export interface AccountFlow {
  /** The user as it is now on the server. */
  get(): Promise<AuthUser>;
  /** Who the user is to the server: roles, workspace and phone too. */
  me(): Promise<Me>;
  update(change: { readonly name?: string; readonly image?: string | null }): Promise<AuthUser>;
  terms(): Promise<Terms>;
  /** Agrees to the terms, of which `version` is the one that the user has seen. */
  agree(version: string): Promise<Terms>;
  /** All that is stored about the user, as JSON text: it may be long. */
  export(): Promise<Response>;
  /** Deletes the account, of which `email` is the address, or null where it has none. Needs a fresh proof. */
  delete(email: string | null): Promise<AccountRemoval>;
}

const TERMS = "api/me/terms";

export function accountFlow(ask: Ask, keeper: SessionKeeper): AccountFlow {
  const get = async (): Promise<AuthUser> => {
    const found = await ask<{ user: AuthUser } | null>("GET", "api/auth/get-session");
    if (!found) {
      await keeper.check();
      throw new PlinthClientError("UNAUTHORIZED", "The session has ended.", 401);
    }
    await keeper.setUser(found.user);
    return found.user;
  };
  return {
    get,
    me: async () => (await ask<{ data: Me }>("GET", "api/me")).data,
    async update(body) {
      await ask("POST", "api/auth/update-user", { body });
      return get();
    },
    terms: async () => (await ask<{ data: Terms }>("GET", TERMS)).data,
    agree: async (version) => (await ask<{ data: Terms }>("POST", TERMS, { body: { version } })).data,
    export: () => ask.response("GET", "api/me/export"),
    async delete(email) {
      const { data } = await ask<{ data: AccountRemoval }>("POST", "api/me/delete", { body: { email } });
      await keeper.end();
      return data;
    },
  };
}
