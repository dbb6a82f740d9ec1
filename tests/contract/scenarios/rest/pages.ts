import { as } from "../../as.ts";
import { readMail } from "../../fixtures/mails.ts";
import { emailOf } from "../../fixtures/people.ts";
import { joins } from "../../fixtures/session.ts";
import { type Expectation, get, INTERNALS, type Scenario, type Step } from "../../scenario.ts";

const page: Expectation = {
  status: 200,
  contains: ["<!doctype html>", "<h1"],
  headers: {
    "content-type": /^text\/html/,
    "content-security-policy": /default-src 'none'/,
    "referrer-policy": "no-referrer",
    "set-cookie": null,
  },
  excludes: INTERNALS,
};

const shows = (path: string): Step => ({ request: get(path), expect: page });

const signsInFirst = (path: string): Step => ({
  request: get(path),
  expect: { status: 302, headers: { location: new RegExp(`/sign-in\\?next=${encodeURIComponent(path)}`) } },
});

export const scenarios: Scenario[] = [
  {
    name: "pages: each is shown to whoever comes, in the reader's language",
    as: as.anonymous,
    request: get("/sign-in", { lang: "de" }),
    expect: { ...page, contains: ['lang="de"'] },
    then: [
      ...["/sign-up", "/sign-in/mail", "/second-factor", "/forgot-password", "/reset-password?token=x"].map(shows),
      ...["/verify-email?token=x", "/magic-link?token=x", "/verified", "/invitation?token=x"].map(shows),
      shows("/t/other/sign-in"),
      ...["/account", "/account/security", "/account/second-factor", "/account/data"].map(signsInFirst),
    ],
  },
  {
    name: "pages: the account's are its user's, with what belongs to the account",
    as: as.cookie("alice"),
    request: get("/account"),
    expect: { ...page, contains: [emailOf("alice")] },
    then: ["/account/security", "/account/second-factor", "/account/data"].map(shows),
  },
  {
    name: "pages: the inbox of a server that delivers nothing has its mails, for operators wherever they are",
    as: as.cookie("operator"),
    given: [joins("inga"), ...readMail(emailOf("inga"))],
    request: get("/dev/inbox"),
    expect: { ...page, contains: [emailOf("inga")] },
  },
];
