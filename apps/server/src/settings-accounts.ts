import * as z from "zod";
import { redactProviderUrl } from "./config-mail.ts";
import { domains, mailAddress, pages, privateHosts, serviceAddress, whole } from "./config-parsers.ts";
import { operatorProviders } from "./config-providers.ts";
import type { Setting } from "./setting.ts";

/** Accounts, their sessions, and the messages to them. */
export const ACCOUNT_SETTINGS = {
  SIGN_UP: {
    description:
      "Who may make an account once there is an operator: `open` for everyone, `invite` for people with an invitation, `closed` for nobody.",
    default: "open",
    parse: z.enum(["open", "invite", "closed"], { error: "it must be open, invite or closed" }),
  },
  SIGN_UP_DOMAINS: {
    description:
      "Domains whose addresses may sign up without an invitation, separated by commas; each address must then be confirmed. By default those of every domain.",
    parse: domains,
  },
  PASSWORD_HASHING: {
    description:
      "`scrypt`, or `test`: hashes that take no time and protect nothing, for automated tests. `test` is refused where `APP_URL` is not this machine, and accounts of the one cannot sign in with the other.",
    default: "scrypt",
    parse: z.enum(["scrypt", "test"], { error: "it must be scrypt or test" }),
  },
  PASSWORD_MIN_LENGTH: {
    description: "Smallest number of characters of a new password, from 8 to 64. A workspace can set another.",
    default: "8",
    parse: whole(8, 64),
  },
  COMMON_PASSWORDS: {
    description:
      "`refuse`: a new password may be neither one of the most common ones nor the account's address. Or `allow`. A workspace can set the other.",
    default: "refuse",
    parse: z
      .enum(["allow", "refuse"], { error: "it must be allow or refuse" })
      .transform((allowed) => allowed === "refuse"),
  },
  SESSION_IDLE_HOURS: {
    description: "Hours after its last use at which a session ends.",
    default: "168",
    parse: whole(1, 87_600),
  },
  SESSION_MAX_HOURS: {
    description: "Hours after sign-in at which a session ends, even if it is in use.",
    default: "2160",
    parse: whole(1, 87_600),
  },
  STEP_UP_MINUTES: {
    description:
      "Minutes after a sign-in, or a repeated proof, in which a user may change the password, the address or the second factor.",
    default: "15",
    parse: whole(1, 1_440),
  },
  SECOND_FACTOR_RESET: {
    description:
      "The email address of an operator whose second factor is removed at the start, if it was encrypted with another `PLINTH_SECRET`: nothing else lets that operator in.",
    parse: z.email({ error: "it must be an email address" }),
  },
  SECURITY_LOG_KEEP_DAYS: {
    description: "Days for which the security log keeps an event.",
    default: "365",
    parse: whole(1, 36_500),
  },
  WORKSPACE_GRACE_DAYS: {
    description: "Days in which a deleted workspace can be restored, unless the deletion names another number.",
    default: "7",
    parse: whole(0, 365),
  },
  EMAIL_VERIFICATION: {
    description:
      "Whether an account's email address must be confirmed before it can sign in: `optional` or `required`. Both send the mail that confirms it.",
    default: "optional",
    parse: z.enum(["optional", "required"], { error: "it must be optional or required" }),
  },
  MAIL_URL: {
    description:
      "How mails are sent: `smtp://user:password@host:587`, `smtps://…`, `resend:KEY`, `ses://ACCESS_KEY_ID:SECRET_ACCESS_KEY@region`, or `console:`, which only writes them to the log. By default `console:` where `APP_URL` is this machine, and no mail elsewhere. See docs/mail.md.",
    show: redactProviderUrl,
    parse: z.string(),
  },
  MAIL_FROM: {
    description: "The sender of all mails, such as `Example <no-reply@example.com>`.",
    required: "with `MAIL_URL`, except `console:`",
    parse: mailAddress,
  },
  SMS_URL: {
    description:
      "How text messages are sent: `twilio://ACCOUNT_SID:AUTH_TOKEN@SENDER`, where `SENDER` is a number such as `+15005550006`, a name, or a messaging service `MG…`; or `console:`, which only writes them to the log. By default `console:` where `APP_URL` is this machine, and no text messages elsewhere. See docs/sms.md.",
    show: redactProviderUrl,
    parse: z.string(),
  },
  PRIVATE_ADDRESSES: {
    description:
      "Hosts of this machine's private network that workspaces may configure as sign-in providers, token issuers, hooks and webhooks, also over plain http, such as `keycloak.internal,10.0.0.7:8080`. `allow` permits all. Administrators of workspaces can then send requests there.",
    default: "refuse",
    parse: privateHosts,
  },
  CAPTCHA_VERIFY_URL: {
    description:
      "The address that is asked whether a challenge was solved, instead of the provider's own: a service with the same API, or a stand-in for tests. It may be in a private network, and http. See docs/captcha.md.",
    parse: serviceAddress,
  },
  OPERATOR_PROVIDERS: {
    description:
      'Providers by which operators can sign in, as a JSON list such as `[{"kind": "google", "client_id": "…", "client_secret": "…"}]`; see docs/providers.md. They find accounts of operators, and make none.',
    show: (value: string) => `(${value.length} characters)`,
    parse: operatorProviders,
  },
  REDIRECT_URLS: {
    description:
      "Pages elsewhere to which links in mails and sign-ins by a provider may lead, in full and separated by commas. A request may always name a path of this server.",
    parse: pages,
  },
} as const satisfies Record<string, Setting>;
