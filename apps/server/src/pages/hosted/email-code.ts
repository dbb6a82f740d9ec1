import { emailField } from "../frame/form.ts";
import { codePage } from "./code-page.ts";
import type { PageContent, PageRequest } from "./hosted-page.ts";

/** `/sign-in/mail?next=…`: signs in by a code in a mail. */
export function emailCodePage(request: PageRequest): PageContent {
  const { texts } = request;
  return codePage(request, {
    path: "/sign-in/mail",
    words: texts.email_code,
    recipient: { name: "email", field: emailField(texts) },
    code: { name: "otp", errorsOf: "code" },
    send: "/auth/email-otp/send-verification-otp",
    signIn: "/auth/sign-in/email-otp",
  });
}
