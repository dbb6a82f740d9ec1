import { anonymousSection } from "./anonymous.ts";
import { captchaSection } from "./captcha.ts";
import { emailSection } from "./email.ts";
import { hooksSection } from "./hooks.ts";
import { ownAccountSection } from "./own-account.ts";
import { pagesSection } from "./pages.ts";
import { passwordsSection } from "./passwords.ts";
import { phoneSection } from "./phone.ts";
import { redirectsSection } from "./redirects.ts";
import { sessionsSection } from "./sessions.ts";
import { signUpSection } from "./sign-up.ts";
import { termsSection } from "./terms.ts";
import { tokensSection } from "./tokens.ts";

/** What a workspace can set about its users' accounts. */
export const SECTIONS = {
  pages: pagesSection,
  terms: termsSection,
  own_account: ownAccountSection,
  sign_up: signUpSection,
  email: emailSection,
  phone: phoneSection,
  anonymous: anonymousSection,
  passwords: passwordsSection,
  sessions: sessionsSection,
  tokens: tokensSection,
  redirects: redirectsSection,
  hooks: hooksSection,
  captcha: captchaSection,
};

/** Sections whose settings decide who comes in, for how long, and what rules see of them. */
export const ADMITTING = [
  "sign_up",
  "email",
  "phone",
  "anonymous",
  "sessions",
  "tokens",
  "redirects",
  "hooks",
  "captcha",
] as const;
