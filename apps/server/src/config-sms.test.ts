import { expect, test } from "bun:test";
import { ConfigError, parseConfig } from "./config.ts";
import { REMOTE_DATABASES } from "./platform/databases.ts";
import { HTTP_MAILERS } from "./platform/mailers.ts";

const host = { databases: REMOTE_DATABASES, mailers: HTTP_MAILERS, fallback: "binding" } as const;
const ACCOUNT = `AC${"0123456789abcdef".repeat(2)}`;

function read(settings: Record<string, string>): string | undefined {
  return parseConfig({ PLINTH_SECRET: "s".repeat(32), ...settings }, host).smsUrl;
}

test.each([
  `twilio://${ACCOUNT}:t0ken@+15005550006`,
  `twilio://${ACCOUNT}:t0ken@MG${"0123456789abcdef".repeat(2)}`,
  `twilio://${ACCOUNT}:t0ken@Example`,
  "console:",
])("%s is a provider", (SMS_URL) => {
  expect(read({ SMS_URL })).toBe(SMS_URL);
});

test.each([
  ["vonage://hunter2", "must begin with twilio:// or console:"],
  [`twilio://${ACCOUNT}:hunter2`, "must be like twilio://ACCOUNT_SID:AUTH_TOKEN@+15005550006"],
  [`twilio://${ACCOUNT}:hunter2@0151234`, "must be like twilio://"],
  ["twilio://AC1:hunter2@+15005550006", "must be like twilio://"],
])("%s is none, and the message does not show the token", (SMS_URL, says) => {
  let message = "";
  try {
    read({ SMS_URL });
  } catch (error) {
    message = (error as ConfigError).problems.join();
    expect(error).toBeInstanceOf(ConfigError);
  }
  expect(message).toContain(says);
  expect(message).not.toContain("hunter2");
});

test("without a setting, text messages are written on a developer's machine, and are not sent elsewhere", () => {
  expect(read({})).toBe("console:");
  expect(read({ APP_URL: "https://api.example.com" })).toBeUndefined();
});
