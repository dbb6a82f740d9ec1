import type { WebAuthn, WebAuthnJson } from "../types.ts";
import type { Ask } from "./request.ts";
import type { SignedIn, SignIns } from "./sign-in-result.ts";
import { passkeyError } from "./webauthn.ts";

export interface Passkey {
  readonly id: string;
  readonly name: string | null;
  readonly aaguid: string | null;
  readonly backed_up: boolean;
  readonly created_at: string;
}

export interface PasskeysFlow {
  /** Makes a passkey on this device and adds it to the account. Needs a fresh proof. */
  add(name?: string): Promise<{ readonly id: string }>;
  /** Asks the user for a passkey: no address is needed. Ends an `offer` that waits. */
  signIn(): Promise<SignedIn>;
  /**
   * Offers passkeys in the page's field with `autocomplete="username webauthn"`, and waits until one is chosen. Undefined
   * where the browser cannot, and when something else has ended the offer.
   */
  offer(): Promise<SignedIn | undefined>;
  /** Ends an offer that waits, as when its page is left. */
  stopOffer(): void;
  list(): Promise<readonly Passkey[]>;
  rename(id: string, name: string): Promise<void>;
  /** Needs a fresh proof. */
  remove(id: string): Promise<void>;
}

export function passkeysFlow(ask: Ask, { enter }: SignIns, device: WebAuthn): PasskeysFlow {
  let waiting: AbortController | undefined;
  const pathOf = (id: string): string => `api/passkeys/${encodeURIComponent(id)}`;

  const signIn = async (conditional: boolean): Promise<SignedIn> => {
    // Browsers refuse a second request while one waits.
    waiting?.abort();
    const own = new AbortController();
    waiting = own;
    const path = "api/auth/passkey/generate-authenticate-options";
    // A cookie remembers the challenge.
    const options = await ask<WebAuthnJson>("GET", path, { as: "stranger", cookies: true });
    const response = await device.get(options, { conditional, signal: own.signal }).catch((error: unknown) => {
      throw passkeyError(error);
    });
    // A passkey is two factors itself.
    return (await enter("api/auth/passkey/verify-authentication", { response }, { cookies: true })) as SignedIn;
  };

  return {
    async add(name) {
      const path = "api/auth/passkey/generate-register-options";
      const options = await ask<WebAuthnJson>("GET", path, { cookies: true });
      const response = await device.create(options).catch((error: unknown) => {
        throw passkeyError(error);
      });
      const body = { response, ...(name !== undefined && { name }) };
      const { id } = await ask<{ id: string }>("POST", "api/auth/passkey/verify-registration", { body, cookies: true });
      return { id };
    },
    signIn: () => signIn(false),
    async offer() {
      if (!(await device.canOffer())) return undefined;
      return signIn(true).catch((error: unknown) => {
        if ((error as { code?: string }).code === "PASSKEY_ABORTED") return undefined;
        throw error;
      });
    },
    stopOffer: () => waiting?.abort(),
    list: async () => (await ask<{ data: Passkey[] }>("GET", "api/passkeys")).data,
    rename: async (id, name) => void (await ask("PATCH", pathOf(id), { body: { name } })),
    remove: async (id) => void (await ask("DELETE", pathOf(id))),
  };
}
