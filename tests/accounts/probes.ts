/** For each route about accounts: the request with which somebody's secrets are tried in a pool. */
import { APP_URL, bearer } from "../../apps/server/src/testing/app.ts";
import { cookieOf, type Lacking, type Person, type Secrets } from "./person.ts";
import type { Call, Pool } from "./pool.ts";

export interface Aim {
  /** Whose secrets are tried. */
  readonly secrets: Secrets;
  readonly pool: Pool;
  /** The account in the pool that is attacked. Absent: the secrets are tried where they belong. */
  readonly victim?: Person;
}

export interface Probe {
  /** What the accounts lack for it. */
  readonly lacking?: readonly Lacking[];
  /** It takes no secret: the address alone, or nothing. */
  readonly isOpen?: true;
  calls(aim: Aim): Promise<readonly Call[]>;
}

/** A caller who sends somebody's session in each form: to open `path`, and what belongs to the session's own account. */
const asUser = (path: string, body?: object): Probe => ({
  calls: async ({ secrets, pool }) => {
    const credentials = [
      bearer(secrets.session),
      { cookie: cookieOf(pool, secrets.session), origin: APP_URL },
      bearer(await secrets.accessToken()),
    ];
    return credentials.map((headers) => ({ path, headers, ...(body && { body }) }));
  },
});

/** The same, and what the victim itself could do with the other's ids and secrets. */
const withSecret = (make: (secrets: Secrets) => Call | Promise<Call>, more: Omit<Probe, "calls"> = {}): Probe => ({
  ...more,
  calls: async ({ secrets, pool, victim }) => {
    const { path, body, headers } = await make(secrets);
    const { calls } = asUser(path, body);
    const own = victim && { path, ...(body && { body }), headers: { ...headers, ...bearer(victim.session) } };
    const theirs = await calls({ secrets, pool });
    return [...theirs.map((call) => ({ ...call, headers: { ...headers, ...call.headers } })), ...(own ? [own] : [])];
  },
});

const once = (make: (aim: Aim) => Call | Promise<Call>, more: Omit<Probe, "calls"> = {}): Probe => ({
  ...more,
  calls: async (aim) => [await make(aim)],
});

const open = (make: (email: string) => Call): Probe => once(({ secrets }) => make(secrets.email), { isOpen: true });

/** A cookie of one pool under the name that it has in another. */
const carried = (cookie: string, { id }: Pool): string =>
  cookie.replaceAll(/plinth-[0-9a-f]{12}\./g, `plinth-${id.slice(-12)}.`);

const query = (path: string, parameters: Record<string, string>): string =>
  `${path}?${new URLSearchParams(parameters)}`;

const NEW_PASSWORD = "a password of the attacker";

/** By method and path, as the route table has them. */
export const PROBES: Readonly<Record<string, Probe>> = {
  "POST /api/auth/sign-up/email": once(async ({ secrets }) => {
    const email = `guest-${secrets.email}`;
    const invitation = await secrets.invitation(email);
    return { path: "/api/auth/sign-up/email", body: { name: "Guest", email, password: NEW_PASSWORD, invitation } };
  }),
  "POST /api/auth/sign-in/email": once(({ secrets: { email, password } }) => ({
    path: "/api/auth/sign-in/email",
    body: { email, password },
  })),
  "POST /api/auth/sign-in/anonymous": once(() => ({ path: "/api/auth/sign-in/anonymous", body: {} }), { isOpen: true }),
  "GET /api/auth/get-session": asUser("/api/auth/get-session"),
  "GET /api/auth/list-sessions": asUser("/api/auth/list-sessions"),
  "POST /api/auth/sign-out": asUser("/api/auth/sign-out", {}),
  "POST /api/auth/change-password": withSecret(({ password }) => ({
    path: "/api/auth/change-password",
    body: { current_password: password, new_password: NEW_PASSWORD },
  })),
  "POST /api/auth/revoke-session": withSecret(({ session }) => ({
    path: "/api/auth/revoke-session",
    body: { token: session },
  })),
  "POST /api/auth/revoke-sessions": asUser("/api/auth/revoke-sessions", {}),
  "POST /api/auth/revoke-other-sessions": asUser("/api/auth/revoke-other-sessions", {}),
  "POST /api/auth/update-user": asUser("/api/auth/update-user", { name: "Somebody else" }),
  "POST /api/auth/send-verification-email": open((email) => ({
    path: "/api/auth/send-verification-email",
    body: { email },
  })),
  "POST /api/auth/verify-email": {
    lacking: ["verified address", "second factor"],
    calls: async ({ secrets }) => [
      { path: "/api/auth/verify-email", body: { token: await secrets.verificationToken() } },
    ],
  },
  "POST /api/auth/request-password-reset": open((email) => ({
    path: "/api/auth/request-password-reset",
    body: { email },
  })),
  "POST /api/auth/reset-password": once(async ({ secrets }) => ({
    path: "/api/auth/reset-password",
    body: { token: await secrets.resetToken(), new_password: NEW_PASSWORD },
  })),
  "POST /api/auth/change-email": asUser("/api/auth/change-email", { new_email: "attacker@example.com" }),
  "POST /api/auth/token": asUser("/api/auth/token"),
  "POST /api/auth/token/refresh": once(async ({ secrets }) => ({
    path: "/api/auth/token/refresh",
    body: { refresh_token: await secrets.refreshToken() },
  })),
  "POST /api/auth/token/revoke": once(async ({ secrets }) => ({
    path: "/api/auth/token/revoke",
    body: { refresh_token: await secrets.refreshToken() },
  })),
  "POST /api/auth/sign-in/magic-link": open((email) => ({ path: "/api/auth/sign-in/magic-link", body: { email } })),
  "POST /api/auth/magic-link/verify": once(async ({ secrets }) => ({
    path: "/api/auth/magic-link/verify",
    body: { token: await secrets.magicLink() },
  })),
  "POST /api/auth/email-otp/send-verification-otp": open((email) => ({
    path: "/api/auth/email-otp/send-verification-otp",
    body: { email },
  })),
  "POST /api/auth/sign-in/email-otp": once(async ({ secrets }) => ({
    path: "/api/auth/sign-in/email-otp",
    body: { email: secrets.email, otp: await secrets.emailCode() },
  })),
  "POST /api/auth/phone-code/send": once(
    ({ secrets: { phone } }) => ({ path: "/api/auth/phone-code/send", body: { phone } }),
    { isOpen: true },
  ),
  "POST /api/auth/sign-in/phone-code": once(async ({ secrets }) => ({
    path: "/api/auth/sign-in/phone-code",
    body: { phone: secrets.phone, code: await secrets.phoneCode() },
  })),
  "POST /api/auth/change-phone": asUser("/api/auth/change-phone", { phone: "+15005550006" }),
  "POST /api/auth/verify-phone": withSecret(async (secrets) => ({
    path: "/api/auth/verify-phone",
    body: await secrets.newPhone(),
  })),
  "DELETE /api/me/phone": asUser("/api/me/phone"),
  "GET /api/auth/providers": open(() => ({ path: "/api/auth/providers" })),
  "POST /api/auth/sign-in/social": open((email) => ({
    path: "/api/auth/sign-in/social",
    body: { provider: "sso", login_hint: email },
  })),
  "GET /api/auth/sign-in/social": open((email) => ({
    path: query("/api/auth/sign-in/social", { provider: "sso", login_hint: email }),
  })),
  "POST /api/auth/link-social": asUser("/api/auth/link-social", { provider: "sso" }),
  "GET /api/auth/callback/:provider": once(async ({ secrets, pool }) => {
    const { search, cookie } = await secrets.callback();
    return { path: `/api/auth/callback/sso${search}`, headers: { cookie: carried(cookie, pool) } };
  }),
  // It leads the browser to the address above, whatever it is sent.
  "POST /api/auth/callback/:provider": open(() => ({ path: "/api/auth/callback/sso" })),
  "POST /api/auth/two-factor/enable": withSecret(
    ({ password }) => ({ path: "/api/auth/two-factor/enable", body: { password } }),
    { lacking: ["second factor"] },
  ),
  "POST /api/auth/two-factor/verify-totp": once(async ({ secrets }) => ({
    path: "/api/auth/two-factor/verify-totp",
    body: { code: await secrets.code(), challenge: await secrets.challenge() },
  })),
  "POST /api/auth/two-factor/verify-backup-code": once(async ({ secrets }) => ({
    path: "/api/auth/two-factor/verify-backup-code",
    body: { code: await secrets.recoveryCode(), challenge: await secrets.challenge() },
  })),
  "POST /api/auth/two-factor/generate-backup-codes": withSecret(({ password }) => ({
    path: "/api/auth/two-factor/generate-backup-codes",
    body: { password },
  })),
  "POST /api/auth/two-factor/disable": withSecret(({ password }) => ({
    path: "/api/auth/two-factor/disable",
    body: { password },
  })),
  "POST /api/auth/step-up": withSecret(async (secrets) => ({
    path: "/api/auth/step-up",
    body: { code: await secrets.code() },
  })),
  "GET /api/auth/passkey/generate-register-options": asUser("/api/auth/passkey/generate-register-options"),
  "POST /api/auth/passkey/verify-registration": {
    calls: async ({ secrets, pool, victim }) => {
      const { response, cookie } = await secrets.registration();
      const path = "/api/auth/passkey/verify-registration";
      const headers = { cookie: carried(cookie, pool) };
      return [secrets.session, ...(victim ? [victim.session] : [])].map((session) => ({
        path,
        headers: { ...headers, ...bearer(session) },
        body: { response },
      }));
    },
  },
  "GET /api/auth/passkey/generate-authenticate-options": open(() => ({
    path: "/api/auth/passkey/generate-authenticate-options",
  })),
  "POST /api/auth/passkey/verify-authentication": once(async ({ secrets, pool }) => {
    const { response, cookie } = await secrets.assertion(pool);
    return { path: "/api/auth/passkey/verify-authentication", headers: { cookie }, body: { response } };
  }),
  "GET /api/passkeys": asUser("/api/passkeys"),
  "PATCH /api/passkeys/:id": withSecret(({ passkeyId }) => ({
    path: `/api/passkeys/${passkeyId}`,
    body: { name: "the attacker's" },
  })),
  "DELETE /api/passkeys/:id": withSecret(({ passkeyId }) => ({ path: `/api/passkeys/${passkeyId}` })),
  "GET /api/me": asUser("/api/me"),
  "GET /api/me/terms": asUser("/api/me/terms"),
  "POST /api/me/terms": asUser("/api/me/terms", { version: "1" }),
  "GET /api/me/export": asUser("/api/me/export"),
  "POST /api/me/delete": {
    calls: (aim) => asUser("/api/me/delete", { email: aim.secrets.email }).calls(aim),
  },
  "GET /api/sessions": asUser("/api/sessions"),
  "DELETE /api/sessions": asUser("/api/sessions"),
  "DELETE /api/sessions/:id": withSecret(({ sessionId }) => ({ path: `/api/sessions/${sessionId}` })),
  "GET /api/linked-accounts": asUser("/api/linked-accounts"),
  "DELETE /api/linked-accounts/:id": withSecret(({ linkId }) => ({ path: `/api/linked-accounts/${linkId}` })),
  "POST /api/invitations/accept": withSecret(async (secrets) => ({
    path: "/api/invitations/accept",
    body: { invitation: await secrets.invitation(secrets.email) },
  })),
};
