import type { Hono } from "hono";
import type { AppEnv } from "../../context.ts";
import type { Database } from "../../database.ts";
import { forCaller } from "../../http/mount.ts";
import { dataPage, deletedPage } from "./account-data.ts";
import { profilePage } from "./account-profile.ts";
import { ownSecondFactorPage } from "./account-second-factor.ts";
import { securityPage } from "./account-security.ts";
import { emailCodePage } from "./email-code.ts";
import { forgotPasswordPage } from "./forgot-password.ts";
import { answerPage, type HostedPage } from "./hosted-page.ts";
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
  "/account": profilePage,
  "/account/security": securityPage,
  "/account/second-factor": ownSecondFactorPage,
  "/account/data": dataPage,
  "/account/deleted": deletedPage,
};

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
