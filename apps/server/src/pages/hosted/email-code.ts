import { outboxOf } from "@plinth/engine";
import { emailField } from "../frame/form.ts";
import { codePage } from "./code-page.ts";
import { type PageContent, type PageRequest, redirectTo } from "./hosted-page.ts";
import { isOpen } from "./sign-up.ts";

/** Whether codes can be sent by mail. */
export const sendsEmailCodes = ({ ctx }: PageRequest): boolean => outboxOf(ctx.engine) !== undefined;

/** `/sign-in/mail?next=…`: signs in by a code in a mail. */
export function emailCodePage(request: PageRequest): PageContent | Response {
  const { texts, href, onwards } = request;
  if (!sendsEmailCodes(request)) return redirectTo(href("/sign-in", onwards));
  const { lead, lead_known } = texts.email_code;
  return codePage(request, {
    path: "/sign-in/mail",
    words: { ...texts.email_code, lead: isOpen(request) ? lead : lead_known },
    recipient: { name: "email", field: emailField(texts) },
    code: "otp",
    send: "/email-otp/send-verification-otp",
    signIn: "/auth/sign-in/email-otp",
  });
}
