import { outboxOf } from "@plinth/engine";
import { phoneField } from "../frame/form.ts";
import { codePage } from "./code-page.ts";
import { type PageContent, type PageRequest, redirectTo } from "./hosted-page.ts";

/** Whether users of the page's workspace can sign in by phone. */
export function sendsPhoneCodes({ ctx, settings, asOperator }: PageRequest): boolean {
  return !asOperator && outboxOf(ctx.engine, "sms") !== undefined && settings.phone.sign_in;
}

/** `/sign-in/phone?next=…`: signs in by a code in a text message. */
export function phoneCodePage(request: PageRequest): PageContent | Response {
  const { texts, href, onwards } = request;
  if (!sendsPhoneCodes(request)) return redirectTo(href("/sign-in", onwards));
  return codePage(request, {
    path: "/sign-in/phone",
    words: texts.phone_code,
    recipient: { name: "phone", field: phoneField(texts) },
    code: "code",
    send: "/phone-code/send",
    signIn: "/auth/sign-in/phone-code",
  });
}
