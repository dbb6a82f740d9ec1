import type { GenericEndpointContext } from "@better-auth/core";
import { tryGetCurrentAuthEndpointContext } from "@better-auth/core/context";
import { isPlaceholderAddress, PlinthError, type SqlQuery } from "@plinth/core";
import { createEmailVerificationToken } from "better-auth/api";
import { requestSourceOf } from "./address-header.ts";
import type { PoolOptions } from "./auth.ts";
import type { AuthMail, RequestSource } from "./auth-messages.ts";
import { insertChangeToken, isChangeToken } from "./change-tokens.ts";
import { inEvenTime } from "./even-time.ts";

/** Confirming an address may wait for the next working day; a reset link opens the account. */
export const VERIFY_SECONDS = 24 * 3600;
export const RESET_SECONDS = 3600;
/** A link or a code that signs in: for somebody who is waiting for it. */
export const SIGN_IN_SECONDS = 600;

/** Plinth's own pages, where links lead. A link changes nothing by being opened: that takes the button of its page. */
const VERIFY_PAGE = "/verify-email";
const MAGIC_LINK_PAGE = "/magic-link";
const RESET_PAGE = "/reset-password";
const FORGOT_PAGE = "/forgot-password";

/** Requests whose answers must not tell, by their time, whether an account exists. */
const EVEN_PATHS = [
  "/request-password-reset",
  "/send-verification-email",
  "/change-email",
  "/sign-up/email",
  "/sign-in/magic-link",
  "/email-otp/send-verification-otp",
];

/** Names the request of a flow in better-auth's callbacks, which may receive copies of it. */
export const FLOW_HEADER = "x-plinth-mail-flow";

/** What the mails of one request need to know. */
interface MailFlow {
  readonly languages: string;
  readonly source: RequestSource;
  /** The page after the link, instead of Plinth's own. */
  readonly redirect: string | undefined;
  queued: boolean;
  failure: unknown;
}

const NOWHERE: RequestSource = { address: null, cookies: null };

interface Recipient {
  readonly id: string;
  readonly email: string;
  readonly isAnonymous?: boolean | null;
}

type Sent = Readonly<{ user: Recipient; token: string }>;

/** better-auth's flows that need mail, and the mails that they queue. */
export interface MailFlows {
  /** Statements for the batch in which an account is made: its first mail is stored with it or not at all. */
  welcome(user: Recipient): Promise<SqlQuery[]>;
  sendVerification(sent: Sent, request?: Request): Promise<void>;
  sendReset(sent: Sent, request?: Request): Promise<void>;
  approveChange(sent: Sent & { newEmail: string }, request?: Request): Promise<void>;
  /** A link that signs in, or makes an account, where the caller may have one. */
  sendMagicLink(sent: { email: string; token: string }, ctx?: GenericEndpointContext): Promise<void>;
  /** As in `AuthMails`. */
  countCode(email: string, ctx: GenericEndpointContext): Promise<string | undefined>;
  /** The same as a code. */
  sendCode(sent: { email: string; otp: string }, ctx?: GenericEndpointContext): Promise<void>;
  accountExists(sent: { user: Recipient }, request?: Request): Promise<void>;
  /** Answers a request whose mails are queued, and fails where one could not be. */
  during(
    path: string,
    headers: Headers,
    redirect: string | undefined,
    answer: () => Promise<Response>,
  ): Promise<Response>;
}

/** Undefined where no mail is sent. */
export function mailFlows(options: PoolOptions, secret: string): MailFlows | undefined {
  const { mails, driver, config, clock, emailVerification, workspacePath } = options;
  if (!mails) return undefined;
  const flows = new Map<string, MailFlow>();
  const flowOf = (headers: Headers | undefined): MailFlow | undefined => flows.get(headers?.get(FLOW_HEADER) ?? "");

  const queriesFor = (flow: MailFlow | undefined, seconds: number, mail: Pick<AuthMail, "kind" | "to" | "variables">) =>
    mails.queue({
      ...mail,
      variables: { ...mail.variables, hours: String(seconds / 3600), minutes: String(seconds / 60) },
      languages: flow?.languages ?? "",
      source: flow?.source ?? NOWHERE,
      expiresAt: clock.now() + seconds * 1000,
    });

  /** better-auth logs what fails here and answers as if it had not, so the failure is kept for the answer. */
  const queue = async (
    request: Request | undefined,
    seconds: number,
    mail: (flow?: MailFlow) => Parameters<typeof queriesFor>[2],
    more: readonly SqlQuery[] = [],
  ) => {
    const flow = flowOf(request?.headers);
    try {
      const queries = await queriesFor(flow, seconds, mail(flow));
      // Nobody is at a placeholder.
      if (queries.length === 0) return;
      await driver.batch([...queries, ...more]);
      if (flow) flow.queued = true;
    } catch (error) {
      if (flow) flow.failure = error;
      throw error;
    }
  };

  /** A person who may not have an account gets no mail that says so: the answer is the same. */
  const maySignUp = (email: string): Promise<boolean> =>
    options.admit(email).then(
      () => true,
      (error: unknown) => {
        if (error instanceof PlinthError) return false;
        throw error;
      },
    );
  const mayEnter = async (email: string, ctx: GenericEndpointContext | undefined): Promise<boolean> => {
    if (isPlaceholderAddress(email)) return false;
    return (await ctx?.context.internalAdapter.findUserByEmail(email)) ? true : maySignUp(email);
  };

  const link = (path: string, parameters: Record<string, string>): string => {
    const url = new URL(path, config.appUrl);
    for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
    return url.href;
  };
  /** Where the page goes on once its button was pressed. */
  const onwards = (flow: MailFlow | undefined): Record<string, string> =>
    flow?.redirect === undefined ? {} : { next: flow.redirect };
  const verifyLink = (token: string, flow: MailFlow | undefined): string =>
    link(`${workspacePath}${VERIFY_PAGE}`, { token, ...onwards(flow) });

  return {
    async welcome({ id: userId, email }) {
      if (isPlaceholderAddress(email)) return [];
      const flow = flowOf(tryGetCurrentAuthEndpointContext()?.request?.headers);
      const token = await createEmailVerificationToken(secret, email, undefined, VERIFY_SECONDS, { userId });
      if (flow) flow.queued = true;
      const variables = { url: verifyLink(token, flow) };
      return queriesFor(flow, VERIFY_SECONDS, { kind: "verify_email", to: email, variables });
    },
    async sendVerification({ user, token }, request) {
      const change = isChangeToken(token);
      // The new address turns an anonymous user into an account.
      if (user.isAnonymous && !(await maySignUp(user.email))) return;
      const stored = { userId: user.id, token, seconds: VERIFY_SECONDS };
      const kind = change ? ("confirm_new_email" as const) : ("verify_email" as const);
      await queue(
        request,
        VERIFY_SECONDS,
        (flow) => ({ kind, to: user.email, variables: { url: verifyLink(token, flow) } }),
        change ? [await insertChangeToken(options, stored)] : [],
      );
    },
    approveChange: ({ user, newEmail, token }, request) =>
      queue(request, VERIFY_SECONDS, (flow) => ({
        kind: "approve_email_change",
        to: user.email,
        variables: { url: verifyLink(token, flow), new_email: newEmail },
      })),
    sendReset: ({ user, token }, request) =>
      queue(request, RESET_SECONDS, (flow) => ({
        kind: "reset_password",
        to: user.email,
        variables: { url: link(flow?.redirect ?? `${workspacePath}${RESET_PAGE}`, { token }) },
      })),
    accountExists: ({ user }, request) =>
      queue(request, VERIFY_SECONDS, () => ({
        kind: "account_exists",
        to: user.email,
        variables: { url: link(`${workspacePath}${FORGOT_PAGE}`, {}) },
      })),
    async sendMagicLink({ email, token }, ctx) {
      if (!(await mayEnter(email, ctx))) return;
      await queue(ctx?.request, SIGN_IN_SECONDS, (flow) => {
        const url = link(`${workspacePath}${MAGIC_LINK_PAGE}`, { token, ...onwards(flow) });
        return { kind: "magic_link", to: email, variables: { url, email } };
      });
    },
    countCode: (email, { request }) => mails.countCode(email, flowOf(request?.headers)?.source ?? NOWHERE),
    async sendCode({ email, otp }, ctx) {
      if (!(await mayEnter(email, ctx))) return;
      const variables = { code: otp, email };
      await queue(ctx?.request, SIGN_IN_SECONDS, () => ({ kind: "email_code", to: email, variables }));
    },
    async during(path, headers, redirect, answer) {
      const id = crypto.randomUUID();
      const flow: MailFlow = {
        languages: headers.get("accept-language") ?? "",
        source: requestSourceOf(headers),
        redirect,
        queued: false,
        failure: undefined,
      };
      headers.set(FLOW_HEADER, id);
      flows.set(id, flow);
      // Where an address must be confirmed, signing up does not tell either whether it has an account.
      const even = EVEN_PATHS.includes(path) && (path !== "/sign-up/email" || emailVerification === "required");
      const answered = async () => {
        const response = await answer().finally(() => flows.delete(id));
        if (flow.failure !== undefined) throw flow.failure;
        // Where mails cannot be stored, the answer must not tell for whom there was one.
        if (even && !flow.queued) await mails.probe();
        // Nor where it waits for them to be sent.
        if (even || flow.queued) mails.queued();
        return response;
      };
      return even ? inEvenTime(answered) : answered();
    },
  };
}
