import { PlinthError, type SqlQuery, sha256Hex, toBase64Url, uuidv7 } from "@plinth/core";
import { actorOf } from "../commit/mutate.ts";
import type { RequestContext } from "../kernel/engine.ts";
import { outboxOf, wakeOutbox } from "../kernel/outbox.ts";
import { mustCountMessage } from "./limits/message-limits.ts";
import { addressVariables } from "./public-address.ts";

const TOKEN_BYTES = 32;
const HOUR_MS = 3_600_000;
const TOO_MANY_MAILS = {
  message:
    "Too many invitations were mailed to this address within the last hour. Create the invitation without send_mail, and send its link yourself.",
  details: { field: "send_mail" },
};

/** A token has 256 random bits: a slower hash would not make it safer. */
export const hashInvitation = sha256Hex;

interface InvitationDraft {
  readonly email: string;
  readonly expiresAt: Date;
  readonly sendMail: boolean | undefined;
  /** The workspace that sends the mail. */
  readonly workspaceId: string;
  /** Whom the mail names. By default the address of whoever invites. */
  readonly invitedBy?: string;
  /** Of members: what the mail says beside the link. */
  readonly member?: { readonly workspace: string; readonly role: string };
  /** Anybody can become one who invites like that: their mails to one address count together. */
  readonly byStranger: boolean;
}

/** What invitations of every kind have in common. */
export interface NewInvitation<Link> {
  /** The columns of its row, but for what it invites into. */
  readonly row: {
    readonly id: string;
    readonly email: string;
    readonly hash: string;
    readonly createdBy: string | null;
    readonly createdAt: Date;
    readonly expiresAt: Date;
    readonly acceptedAt: null;
    readonly acceptedBy: null;
    readonly revokedAt: null;
  };
  /** For the answer alone: the database stores a hash. */
  readonly secret: { readonly token: string; readonly link: Link };
  /** The statements that store the mail. */
  readonly mailed: SqlQuery[];
  /** To be called once they are stored. */
  sent(): void;
}

/** Throws where a mail is wanted and this server sends none, or has sent too many to the address. */
export async function newInvitation<Link extends string | null>(
  { engine, driver, now, principal, client }: RequestContext,
  { email: address, expiresAt, sendMail, workspaceId, invitedBy, member, byStranger }: InvitationDraft,
  linkWith: (token: string) => Link,
): Promise<NewInvitation<Link>> {
  const outbox = outboxOf(engine);
  if (sendMail && !outbox) throw new PlinthError("MAIL_NOT_CONFIGURED", undefined, { field: "send_mail" });
  const email = address.toLowerCase();
  const token = toBase64Url(crypto.getRandomValues(new Uint8Array(TOKEN_BYTES)));
  const link = linkWith(token);
  const { app_url = engine.config.appUrl } = addressVariables(engine, workspaceId, client?.workspaceHost?.name);
  const mailed: SqlQuery[] = [];
  if (sendMail && outbox) {
    const mail = { workspaceId, template: member ? "member_invitation" : "invitation", to: email };
    const asker = { id: actorOf(principal) ?? "", isStranger: byStranger };
    await mustCountMessage(engine, driver, { ...mail, asker }, TOO_MANY_MAILS);
    const variables = {
      url: link ?? "",
      invited_by: invitedBy ?? principal.email ?? app_url,
      hours: String(Math.floor((expiresAt.getTime() - now) / HOUR_MS)),
      app_url,
      ...member,
    };
    const order = { ...mail, variables, languages: "", asker: "counted", expiresAt: expiresAt.getTime() } as const;
    mailed.push(...(await outbox.queue(engine, driver, order)));
  }
  return {
    row: {
      id: uuidv7(now),
      email,
      hash: await hashInvitation(token),
      createdBy: actorOf(principal),
      createdAt: new Date(now),
      expiresAt,
      acceptedAt: null,
      acceptedBy: null,
      revokedAt: null,
    },
    secret: { token, link },
    mailed,
    sent() {
      if (mailed.length > 0) wakeOutbox(engine);
    },
  };
}

/** What a revocation says of an invitation that is not open. */
export function noOpenInvitation(): PlinthError {
  return new PlinthError("NOT_FOUND", "There is no such invitation that is still open.");
}
