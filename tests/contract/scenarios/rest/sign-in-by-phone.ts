import { as } from "../../as.ts";
import { readMail, textOf } from "../../fixtures/mails.ts";
import { emailOf, PASSWORD } from "../../fixtures/people.ts";
import { bearerOf } from "../../fixtures/session.ts";
import { isWorkspace } from "../../fixtures/workspace.ts";
import {
  type Call,
  del,
  get,
  INTERNALS,
  ok,
  patch,
  post,
  type Reply,
  refused,
  type Scenario,
  type Step,
} from "../../scenario.ts";

const PHONE = "+4915112345678";
const NEW_PHONE = "+4915187654321";
const CODE = /^\d{6}/;
const IN = "/api/t/phones";

const noSecrets = [PASSWORD, ...INTERNALS];
const sent = { ...ok({ status: true }), excludes: ["code", ...noSecrets] };
const codeIn = (replies: readonly Reply[]): string => CODE.exec(textOf(replies))![0];
const readSms = (phone = PHONE): Step[] =>
  readMail(phone, CODE).map((step, i) => ({ ...step, request: inWorkspace(step.request, i) }));

/** The outbox of the scenario's own workspace. */
function inWorkspace(request: Step["request"], at: number): Step["request"] {
  const moved = (call: Call): Call => ({ ...call, path: call.path.replace("/api/", `${IN}/`) });
  return at === 0
    ? moved(request as Call)
    : (seen) => moved((request as (seen: { replies: readonly Reply[] }) => Call)(seen));
}

const enter = (code: string, phone = PHONE): Call => post(`${IN}/auth/sign-in/phone-code`, { phone, code });

export const scenarios: Scenario[] = [
  {
    name: "phone code: a number is added by one, signs in by another, once, and is the account's; a new number makes one",
    as: as.anonymous,
    given: [
      isWorkspace("phones"),
      {
        request: post(`${IN}/auth/phone-code/send`, { phone: PHONE }),
        expect: refused(501, "SMS_NOT_CONFIGURED"),
      },
      {
        as: as.operator,
        request: patch(`${IN}/auth-settings`, { phone: { sign_in: true, countries: ["+49"] } }),
        expect: ok({ data: { phone: { sign_in: true, countries: ["+49"], max_per_day: 100 } } }),
      },
      {
        request: post(`${IN}/auth/sign-up/email`, { name: "fay", email: emailOf("fay"), password: PASSWORD }),
        expect: { status: 200, excludes: noSecrets },
      },
      {
        request: (seen) => post(`${IN}/auth/change-phone`, { phone: "+49 151 12345678" }, bearerOf(seen.replies[3])),
        expect: sent,
      },
      ...readSms(),
      {
        request: (seen) =>
          post(`${IN}/auth/verify-phone`, { phone: PHONE, code: codeIn(seen.replies) }, bearerOf(seen.replies[3])),
        expect: ok({ status: true, phone: PHONE }),
      },
      { request: post(`${IN}/auth/phone-code/send`, { phone: PHONE }), expect: sent },
      ...readSms(),
      { request: enter("000000x"), expect: refused(401, "INVALID_CODE", "code") },
    ],
    request: ({ replies }) => enter(codeIn(replies)),
    expect: { status: 200, headers: { "set-auth-token": /\./ }, excludes: noSecrets },
    then: [
      { request: ({ replies }) => enter(codeIn(replies)), expect: refused(401, "INVALID_CODE", "code") },
      {
        request: (seen) => ({ ...get(`${IN}/me`), headers: bearerOf(seen.replies.at(-2)) }),
        expect: ok({ data: { email: emailOf("fay"), phone: PHONE } }),
      },
      {
        request: post(`${IN}/auth/phone-code/send`, { phone: "+12025550123" }),
        expect: refused(403, "PHONE_NOT_ALLOWED", "phone"),
      },
      {
        request: post(`${IN}/auth/phone-code/send`, { phone: "0151 12345678" }),
        expect: refused(422, "VALIDATION", "phone"),
      },
      {
        as: as.operator,
        request: get(`${IN}/users`, { phone: PHONE }),
        expect: ok({ data: [{ email: emailOf("fay"), phone: PHONE }] }),
      },
      { as: as.operator, request: get("/api/users", { phone: PHONE }), expect: ok({ data: [] }) },
      {
        request: (seen) => ({ ...del(`${IN}/me/phone`), headers: bearerOf(seen.replies[3]) }),
        expect: ok({ data: { phone: null } }),
      },
      {
        as: as.operator,
        request: patch(`${IN}/auth-settings`, { phone: { sign_up: true } }),
        expect: { status: 200, excludes: [] },
      },
      { request: post(`${IN}/auth/phone-code/send`, { phone: NEW_PHONE }), expect: sent },
      ...readSms(NEW_PHONE),
      {
        request: ({ replies }) => enter(codeIn(replies), NEW_PHONE),
        expect: { status: 200, headers: { "set-auth-token": /\./ }, excludes: ["no-email", ...noSecrets] },
      },
      {
        request: (seen) => ({ ...get(`${IN}/me`), headers: bearerOf(seen.replies.at(-1)) }),
        expect: ok({ data: { email: null, phone: NEW_PHONE } }),
      },
    ],
  },
];
