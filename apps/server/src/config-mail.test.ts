import { describe, expect, test } from "bun:test";
import { type Env, readMailAddress } from "@plinth/core";
import { ConfigError, type HostDefaults, parseConfig } from "./config.ts";
import { redactProviderUrl } from "./config-mail.ts";
import { REMOTE_DATABASES } from "./platform/databases.ts";
import { HTTP_MAILERS } from "./platform/mailers.ts";
import { SERVER_DATABASES, SQLITE } from "./platform/server/database.ts";
import { ALL_MAILERS } from "./platform/smtp.ts";

const server: HostDefaults = {
  databases: SERVER_DATABASES,
  mailers: ALL_MAILERS,
  fallback: SQLITE,
  keptSecret: () => "s".repeat(32),
};
const edge: HostDefaults = {
  databases: REMOTE_DATABASES,
  mailers: HTTP_MAILERS,
  fallback: "binding",
  appUrl: "https://first-request.example",
};
const MAIL = { MAIL_FROM: "Example <no-reply@example.com>", APP_URL: "https://api.example.com" };

const onEdge = (env: Env): Env => ({ PLINTH_SECRET: "s".repeat(32), ...env });

function problems(env: Env, host = server): string {
  try {
    parseConfig(env, host);
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.join("\n");
    throw error;
  }
  return "";
}

describe("a provider", () => {
  test.each([
    "smtp://mail.example.com",
    "smtp://user:p%40ss@mail.example.com:587",
    "smtps://user:@[::1]:465",
    "resend:re_abc-123",
    "ses://AKIA123:se/cr+et=@eu-central-1",
    "ses://AKIA123:secret@us-gov-west-1",
    "console:",
  ])("%s is one", (url) => {
    expect(problems({ ...MAIL, MAIL_URL: url })).toBe("");
  });

  test.each([
    ["mailto:a@b.c", "must begin with smtp://, resend:, ses:// or console:"],
    ["smtp://", "must be like smtp://user:password@"],
    ["smtp://u:p@ss@host", "must be like smtp://"],
    ["resend:", "must be like resend:re_123"],
    ["ses://AKIA123:hunter2@nowhere", "must be like ses://"],
    ["ses://AKIA123@eu-central-1", "must be like ses://"],
  ])("%s is none", (url, says) => {
    expect(problems({ ...MAIL, MAIL_URL: url })).toContain(says);
  });

  test("that a host cannot reach is refused at the start", () => {
    const said = problems(onEdge({ ...MAIL, MAIL_URL: "smtp://u:hunter2@mail.example.com" }), edge);
    expect(said).toBe(
      "MAIL_URL is smtp://…@mail.example.com; this host has no SMTP, because it opens no TCP connections (UNSUPPORTED_BY_HOST): use resend:re_123 or ses://ACCESS_KEY_ID:SECRET_ACCESS_KEY@eu-central-1.",
    );
    expect(problems(onEdge({ ...MAIL, MAIL_URL: "mailto:a@b.c" }), edge)).toContain("on this host it must begin with");
    expect(said).not.toContain("hunter2");
  });

  test.each([
    ["smtp://u:hunter2@host:1", "smtp://…@host:1"],
    ["ses://AKIA:hunter2@eu-west-1", "ses://…@eu-west-1"],
    ["resend:hunter2", "resend:…"],
    ["smtp://u:hun@ter2", "smtp://…@ter2"],
    ["hunter2", "(7 characters)"],
    ["smtp://hunter2 :x", "smtp://…"],
    ["console:", "console:"],
  ])("%s is shown without its secret", (url, shown) => {
    expect(redactProviderUrl(url)).toBe(shown);
  });

  test("needs a sender, and an address for links that no request has chosen", () => {
    const MAIL_URL = "resend:re_1";
    expect(problems({ MAIL_URL })).toContain("MAIL_FROM is not set");
    expect(problems({ MAIL_URL, MAIL_FROM: MAIL.MAIL_FROM })).toBe("");
    expect(problems({ MAIL_URL, MAIL_FROM: MAIL.MAIL_FROM, HOST: "0.0.0.0" })).toContain("APP_URL is not set");
    expect(problems(onEdge({ MAIL_URL, MAIL_FROM: MAIL.MAIL_FROM }), edge)).toContain("APP_URL is not set");
    expect(problems(onEdge({ ...MAIL, MAIL_URL }), edge)).toBe("");
    expect(problems({ MAIL_URL, MAIL_FROM: "nobody", PORT: "x" }).split("\n")).toHaveLength(2);
  });
});

test("without a setting, mails are written on a developer's machine, and there are none elsewhere", () => {
  const chosen = (env: Env, host = server) => parseConfig(env, host).mailUrl;
  expect(chosen({})).toBe("console:");
  expect(chosen({ HOST: "0.0.0.0" })).toBeUndefined();
  expect(chosen({ APP_URL: "https://api.example.com" })).toBeUndefined();
  expect(chosen({ HOST: "0.0.0.0", APP_URL: "http://localhost:8787" })).toBe("console:");
  expect(chosen(onEdge({}), edge)).toBeUndefined();
  expect(chosen(onEdge({ APP_URL: "http://127.0.0.1:8787" }), edge)).toBe("console:");
  const required = { EMAIL_VERIFICATION: "required", APP_URL: "https://api.example.com" };
  expect(problems(required)).toContain("EMAIL_VERIFICATION is required, but this server sends no mail: set MAIL_URL");
});

test("a sender is an address, with or without a name", () => {
  expect(readMailAddress("no-reply@example.com")).toEqual({ address: "no-reply@example.com" });
  expect(readMailAddress("Example, Inc. <a@b.example>")).toEqual({ address: "a@b.example", name: "Example, Inc." });
  for (const wrong of [
    "",
    "a",
    "a@",
    "@b.c",
    "a b@c.de",
    "A <a@b.c",
    "A <a@b.c> x",
    "a@b.c\nBcc: x@y.z",
    "A\n <a@b.c>",
  ])
    expect([wrong, readMailAddress(wrong)]).toEqual([wrong, undefined]);
});

test("pages to which links may lead are whole addresses", () => {
  const REDIRECT_URLS = "https://app.example.com/welcome, http://localhost:5173/?from=mail";
  expect(parseConfig({ REDIRECT_URLS }, server).redirectUrls).toEqual([
    "https://app.example.com/welcome",
    "http://localhost:5173/?from=mail",
  ]);
  for (const wrong of [
    "https://app.example.com",
    "/welcome",
    "https://*.example.com/",
    "javascript:alert(1)",
    "https://a.example/#x",
  ])
    expect([wrong, problems({ REDIRECT_URLS: wrong }).includes("REDIRECT_URLS")]).toEqual([wrong, true]);
});
