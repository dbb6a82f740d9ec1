import type { Check } from "../../kernel/check.ts";
import { listMailRows } from "./repository.ts";

const DAY_MS = 86_400_000;
/** After so many attempts, waiting is not the remedy. */
const ATTEMPTS = 3;
const MOST = 100;

/** Messages that do not arrive. */
export const MAIL_CHECKS: readonly Check[] = [
  {
    name: "unsent-messages",
    scope: "workspace",
    summary: "Mails and text messages of the last day that were given up, or that wait after several attempts",
    async find({ driver, principal, now }) {
      const { workspaceId } = principal;
      const [failed, queued] = await Promise.all([
        listMailRows(driver, workspaceId, { state: "failed", limit: MOST }),
        listMailRows(driver, workspaceId, { state: "queued", limit: MOST }),
      ]);
      const unsent = [
        ...failed.filter(({ createdAt }) => createdAt > now - DAY_MS),
        ...queued.filter(({ attempts }) => attempts >= ATTEMPTS),
      ];
      if (unsent.length === 0) return [];
      const count =
        unsent.length >= MOST
          ? `${MOST} messages or more`
          : unsent.length === 1
            ? "1 message"
            : `${unsent.length} messages`;
      const error = unsent.find((row) => row.error !== null)?.error;
      return [
        {
          severity: "error",
          subject: "mail",
          message: `${count} did not arrive${error ? `: ${error}` : "."}`,
          advice:
            "Look at the outbox and the log of the server, check MAIL_URL and SMS_URL, and send a test mail (docs/mail.md).",
          command: "GET /api/mail",
        },
      ];
    },
  },
];
