import { PlinthClientError, type WebAuthn, type WebAuthnJson } from "../types.ts";

/** Newer than the browsers that have passkeys: Chrome 129, Firefox 119, Safari 18.4. */
interface WebAuthnJsonApi {
  parseCreationOptionsFromJSON(options: WebAuthnJson): PublicKeyCredentialCreationOptions;
  parseRequestOptionsFromJSON(options: WebAuthnJson): PublicKeyCredentialRequestOptions;
  isConditionalMediationAvailable?(): Promise<boolean>;
}

/** Names of the DOM's errors → codes. */
const REFUSALS: Readonly<Record<string, readonly [code: string, message: string]>> = {
  NotAllowedError: ["PASSKEY_CANCELLED", "No passkey was chosen, or it took too long."],
  AbortError: ["PASSKEY_ABORTED", "Another request for a passkey has begun."],
  InvalidStateError: ["PASSKEY_EXISTS", "This device has a passkey of the account already."],
  NotSupportedError: ["PASSKEY_UNSUPPORTED", "This device cannot make such a passkey."],
  SecurityError: ["PASSKEY_WRONG_HOST", "The passkeys of this server are for another host name than this page's."],
};

export const browserWebAuthn: WebAuthn = {
  async create(options) {
    const publicKey = api().parseCreationOptionsFromJSON(options);
    return jsonOf(await navigator.credentials.create({ publicKey }));
  },
  async get(options, { conditional, signal }) {
    const publicKey = api().parseRequestOptionsFromJSON(options);
    const mediation = conditional ? { mediation: "conditional" as const } : {};
    return jsonOf(await navigator.credentials.get({ publicKey, signal, ...mediation }));
  },
  async canOffer() {
    const found = known();
    return (await found?.isConditionalMediationAvailable?.()) ?? false;
  },
};

function known(): WebAuthnJsonApi | undefined {
  const found = (globalThis as unknown as { PublicKeyCredential?: Partial<WebAuthnJsonApi> }).PublicKeyCredential;
  return found?.parseCreationOptionsFromJSON && found.parseRequestOptionsFromJSON
    ? (found as WebAuthnJsonApi)
    : undefined;
}

function api(): WebAuthnJsonApi {
  const found = known();
  if (found) return found;
  throw new PlinthClientError("PASSKEY_UNSUPPORTED", "There are no passkeys here: give createClient a webAuthn.", 0);
}

function jsonOf(credential: Credential | null): WebAuthnJson {
  if (!credential) throw new DOMException("No credential", "NotAllowedError");
  return (credential as Credential & { toJSON(): WebAuthnJson }).toJSON();
}

/** The refusal of a browser or a device, in the client's form. */
export function passkeyError(error: unknown): unknown {
  const [code, message] = REFUSALS[(error as { name?: string } | undefined)?.name ?? ""] ?? [];
  return code === undefined || message === undefined
    ? error
    : new PlinthClientError(code, message, 0, { cause: error });
}
