import type { Finding } from "@plinth/core";
import { isLoopback } from "@plinth/core";
import type { Check } from "../../kernel/check.ts";
import type { Engine } from "../../kernel/engine.ts";

/** Whether others than its own machine can reach the server, as far as its settings tell. */
export function isPublic({ config }: Pick<Engine, "config">): boolean {
  return !isLoopback(new URL(config.appUrl).hostname);
}

const one = (finding: Finding | false | undefined): Finding[] => (finding ? [finding] : []);

/** What is set is allowed, but seldom meant where strangers reach the server. */
export const SETTINGS_CHECKS: readonly Check[] = [
  {
    name: "plain-http",
    scope: "server",
    summary: "A public address without TLS",
    find: ({ engine }) =>
      one(
        isPublic(engine) &&
          new URL(engine.config.appUrl).protocol === "http:" && {
            severity: "error",
            subject: "APP_URL",
            message: `${engine.config.appUrl} is not encrypted. Passwords, tokens and data can be read on the way.`,
            advice:
              "Put a proxy with a certificate in front, and set APP_URL to its https:// address (docs/deploy.md).",
          },
      ),
  },
  {
    name: "wrong-address",
    scope: "server",
    summary: "Requests come by another name than that of `APP_URL`",
    find: ({ engine }, { host }) => {
      const { hostname } = new URL(engine.config.appUrl);
      if (host === undefined || !isLoopback(hostname) || isLoopback(nameOf(host))) return [];
      return [
        {
          severity: "error",
          subject: "APP_URL",
          message: `Requests reach this server as ${host}, but links in mails and cookies use ${engine.config.appUrl}.`,
          advice: `Set APP_URL to the address that people use, such as https://${nameOf(host)}.`,
        },
      ];
    },
  },
  {
    name: "untrusted-proxy",
    scope: "server",
    summary: "A proxy is in front, and its clients share one count of attempts",
    find: ({ engine }, { forwarded }) =>
      one(
        forwarded &&
          engine.config.trustProxy === 0 && {
            severity: "warning",
            subject: "TRUST_PROXY",
            message:
              "Requests carry X-Forwarded-For, but no proxy is trusted: all clients share the limits of one address.",
            advice: "If a proxy of yours adds it, set TRUST_PROXY to the number of proxies in front (docs/deploy.md).",
          },
      ),
  },
  {
    name: "unlimited-attempts",
    scope: "server",
    summary: "No limit on sign-in attempts",
    find: ({ engine }) =>
      one(
        engine.config.authRateLimit === 0 && {
          severity: isPublic(engine) ? "error" : "note",
          subject: "AUTH_RATE_LIMIT",
          message: "AUTH_RATE_LIMIT is 0: passwords can be guessed without a limit.",
          advice: "Leave AUTH_RATE_LIMIT unset, or set it to 20.",
        },
      ),
  },
  {
    name: "console-mail",
    scope: "server",
    summary: "Mails that only go to the log, or no mail at all",
    find: ({ engine: { config, mailer, ...engine } }) =>
      one(
        isPublic({ ...engine, config }) &&
          (mailer === undefined || config.mailUrl === "console:") && {
            severity: "warning",
            subject: "MAIL_URL",
            message:
              "This server sends no mail: nobody can confirm an address, reset a password or accept an invitation by mail.",
            advice: "Set MAIL_URL and MAIL_FROM (docs/mail.md).",
          },
      ),
  },
  {
    name: "open-private-network",
    scope: "server",
    summary: "Administrators of workspaces may send requests into the private network",
    find: ({ engine }) =>
      one(
        engine.config.privateAddresses === true && {
          severity: isPublic(engine) ? "warning" : "note",
          subject: "PRIVATE_ADDRESSES",
          message: "Hooks and providers of every workspace may call any address of the private network.",
          advice: "Name the hosts that are meant, such as PRIVATE_ADDRESSES=keycloak.internal.",
        },
      ),
  },
  {
    name: "open-cors",
    scope: "server",
    summary: "Pages of every origin may read answers",
    find: ({ engine }) =>
      one(
        engine.config.corsOrigins.includes("*") && {
          severity: "note",
          subject: "CORS_ORIGINS",
          message: "Pages of every origin may call this server with a key or token that they have.",
          advice: "If only your own pages should, name their origins: CORS_ORIGINS=https://app.example.com.",
        },
      ),
  },
  {
    name: "lossy-commits",
    scope: "server",
    summary: "Commits that a power cut can undo",
    find: ({ engine, driver }) =>
      one(
        !driver.capabilities.remote &&
          engine.config.sqliteSynchronous === "normal" && {
            severity: "warning",
            subject: "SQLITE_SYNCHRONOUS",
            message: "A power cut may undo the last acknowledged writes.",
            advice: "Leave SQLITE_SYNCHRONOUS unset where this matters.",
          },
      ),
  },
  {
    name: "paused-sending",
    scope: "server",
    summary: "Webhooks, `http` jobs and mails that wait until `SENDING` is `on`",
    find: ({ engine }) =>
      one(
        engine.config.sending === "paused" && {
          severity: "warning",
          subject: "SENDING",
          message: "This server sends no webhooks, http jobs, mails and text messages: they wait in the database.",
          advice: "Unset SENDING once this server is the one that should send them (docs/operate.md).",
        },
      ),
  },
  {
    name: "test-passwords",
    scope: "server",
    summary: "Password hashes that protect nothing",
    find: ({ engine }) =>
      one(
        engine.config.passwordHashing === "test" && {
          severity: "error",
          subject: "PASSWORD_HASHING",
          message: "Passwords are stored in a form that anybody who sees the database can read.",
          advice: "Unset PASSWORD_HASHING. Accounts that exist must reset their passwords.",
        },
      ),
  },
];

function nameOf(host: string): string {
  return host.replace(/:\d+$/, "");
}
