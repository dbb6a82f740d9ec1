import type { Finding } from "@plinth/core";
import { listOwnersWithoutSecondFactor } from "@plinth/db";
import { authSettingsOf } from "../../identity/settings/auth-settings.ts";
import type { Check } from "../../kernel/check.ts";
import { outboxOf } from "../../kernel/outbox.ts";
import { isPublic } from "./settings.ts";

const settingsOf = authSettingsOf;

export const ACCOUNT_CHECKS: readonly Check[] = [
  {
    name: "unproven-sign-ups",
    scope: "workspace",
    summary: "Sign-up that is open to programs: no challenge, and addresses that nobody has to confirm",
    async find({ engine, driver, principal }) {
      const { sign_up, captcha, email } = await settingsOf(engine, driver, principal.workspaceId);
      if (!isPublic(engine) || sign_up.mode !== "open" || captcha.provider !== null) return [];
      if (email.verification === "required") return [];
      return [
        {
          severity: "warning",
          subject: "sign_up.mode",
          message:
            "Everyone may sign up, without a challenge and without confirming an address. Programs can make accounts in bulk.",
          advice: "Ask for a confirmed address, set up a challenge (docs/captcha.md), or let in only who is invited.",
          command: "plinth auth-settings set email.verification=required",
        },
      ];
    },
  },
  {
    name: "verification-without-mail",
    scope: "workspace",
    summary: "Addresses must be confirmed, and the server sends no mail",
    async find({ engine, driver, principal }) {
      const { email } = await settingsOf(engine, driver, principal.workspaceId);
      if (email.verification !== "required" || outboxOf(engine)) return [];
      return [
        {
          severity: "error",
          subject: "email.verification",
          message:
            "Addresses must be confirmed before sign-in, but this server sends no mail. New users cannot sign in.",
          advice: "Set MAIL_URL and MAIL_FROM (docs/mail.md), or let users sign in without a confirmed address.",
          command: "plinth auth-settings set email.verification=optional",
        },
      ];
    },
  },
  {
    name: "common-passwords",
    scope: "workspace",
    summary: "The commonest passwords are allowed",
    async find({ engine, driver, principal }) {
      const { passwords } = await settingsOf(engine, driver, principal.workspaceId);
      if (passwords.refuse_common) return [];
      return [
        {
          severity: "warning",
          subject: "passwords.refuse_common",
          message: "New passwords may be among the most common ones. These are tried first.",
          advice: "Refuse them.",
          command: "plinth auth-settings set passwords.refuse_common=true",
        },
      ];
    },
  },
  {
    name: "owners-without-second-factor",
    scope: "server",
    summary: "Owners of the server who sign in by a password alone",
    async find({ engine, driver }): Promise<Finding[]> {
      if (!isPublic(engine)) return [];
      const owners = await listOwnersWithoutSecondFactor(driver);
      return owners.map(({ id, email }) => ({
        severity: "warning",
        subject: `user:${id}`,
        message: `${email ?? id} owns the server and has no second factor. A stolen password opens all workspaces.`,
        advice: "Set up an authenticator app or a passkey on the account page, /account.",
      }));
    },
  },
];
