import { APIError } from "@better-auth/core/error";
import { passkey } from "@better-auth/passkey";
import { trustedOrigins } from "@plinth/core";

/**
 * better-auth's plugin, with the workspace on its rows. A passkey counts as two factors, because the authenticator has
 * verified its user by a PIN, a finger or a face: one that has not is refused.
 */
export function passkeyMethod(workspaceId: string, config: Parameters<typeof trustedOrigins>[0]) {
  const { hostname } = new URL(config.appUrl);
  const plugin = passkey({
    rpID: hostname,
    rpName: hostname,
    // Browsers let a page use the passkeys of its own host, and of those above it.
    origin: trustedOrigins(config, config.appUrl),
    // Found without a name being typed, also by the browser's own list.
    authenticatorSelection: { residentKey: "required", userVerification: "required" },
    registration: {
      afterVerification: ({ verification }) => requireVerified(verification.registrationInfo?.userVerified),
    },
    authentication: {
      afterVerification: ({ verification }) => requireVerified(verification.authenticationInfo.userVerified),
    },
    advanced: { webAuthnChallengeCookie: "passkey" },
  });
  const { fields } = plugin.schema.passkey;
  const own = { type: "string", required: true, input: false, returned: false, defaultValue: workspaceId } as const;
  return { ...plugin, schema: { passkey: { fields: { ...fields, workspaceId: own } } } };
}

function requireVerified(verified: boolean | undefined): void {
  if (!verified) throw APIError.from("BAD_REQUEST", { code: "USER_NOT_VERIFIED", message: "No user was verified." });
}

export const AUTHENTICATION_OPTIONS_PATH = "/passkey/generate-authenticate-options";

/** The plugin leaves it to the authenticator whether it verifies its user. */
export async function requiringVerification(response: Response): Promise<Response> {
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  headers.set("cache-control", "no-store");
  const options = (await response.json()) as object;
  return new Response(JSON.stringify({ ...options, userVerification: "required" }), { headers });
}

export const PASSKEY_SIGN_IN_PATH = "/passkey/verify-authentication";

/** The answer of a sign-in as other methods give it: the plugin's holds the whole session. */
export async function asSignIn(response: Response): Promise<Response> {
  const headers = new Headers(response.headers);
  headers.delete("content-length");
  const { session, user } = (await response.json()) as { session: { token: string }; user: object };
  return new Response(JSON.stringify({ token: session.token, user }), { headers });
}
