import { termsDue } from "@plinth/engine";
import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import type { Database } from "../../database.ts";
import { forCaller } from "../../http/mount.ts";
import { dataPage, deletedPage } from "./account-data.ts";
import { profilePage } from "./account-profile.ts";
import { ownSecondFactorPage } from "./account-second-factor.ts";
import { securityPage } from "./account-security.ts";
import { approvalPage } from "./approval.ts";
import { consentPage } from "./consent.ts";
import { emailCodePage } from "./email-code.ts";
import { forgotPasswordPage } from "./forgot-password.ts";
import { answerPage, type HostedPage, toConsent } from "./hosted-page.ts";
import { invitationPage } from "./invitation.ts";
import { magicLinkPage } from "./magic-link.ts";
import { organizationInvitationPage } from "./organization-invitation.ts";
import { phoneCodePage } from "./phone-code.ts";
import { qrCode } from "./qr-code.ts";
import { resetPasswordPage } from "./reset-password.ts";
import { secondFactorPage } from "./second-factor.ts";
import { signInPage } from "./sign-in.ts";
import { signUpPage } from "./sign-up.ts";
import { stepUpPage } from "./step-up.ts";
import { verifiedPage } from "./verified.ts";
import { verifyEmailPage } from "./verify-email.ts";

/** The pages for a workspace's users, by path. */
export const HOSTED_PAGES: Readonly<Record<string, HostedPage>> = {
  "/sign-in": signInPage,
  "/sign-in/mail": emailCodePage,
  "/sign-in/phone": phoneCodePage,
  "/sign-up": signUpPage,
  "/second-factor": secondFactorPage,
  "/step-up": stepUpPage,
  "/forgot-password": forgotPasswordPage,
  "/reset-password": resetPasswordPage,
  "/verify-email": verifyEmailPage,
  "/verified": verifiedPage,
  "/magic-link": magicLinkPage,
  "/invitation": invitationPage,
  "/organization-invitation": organizationInvitationPage,
  "/approval": approvalPage,
  "/consent": consentPage,
  "/account": agreed("/account", profilePage),
  "/account/security": agreed("/account/security", securityPage),
  "/account/second-factor": agreed("/account/second-factor", ownSecondFactorPage),
  "/account/data": dataPage,
  "/account/deleted": deletedPage,
};

/** A page for users, who agree to the workspace's terms first. What is theirs, they get without that. */
function agreed(path: string, page: HostedPage): HostedPage {
  return async (request) => ((await termsDue(request.ctx)) ? toConsent(request, path) : page(request));
}

export function hostedRoutes(app: Hono<AppEnv>, database: Database): void {
  app.on("POST", ["/account/qr"], forCaller(database, qrCode));
  for (const [path, page] of Object.entries(HOSTED_PAGES)) {
    app.on(
      "GET",
      [path],
      forCaller(database, (c) => answerPage(c, page)),
    );
  }
}
