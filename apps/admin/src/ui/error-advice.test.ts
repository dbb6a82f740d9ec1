import { expect, mock, test } from "bun:test";
import { PlinthClientError } from "@plinth/client";

// The build replaces macros; a test runs without the build.
mock.module("@lingui/core/macro", () => ({ msg: (text: TemplateStringsArray) => ({ message: text[0] }) }));

test("a code decides before its status, and a conflict is not taken for something that is gone", async () => {
  const { adviceFor } = await import("./error-advice.ts");
  const retry = (code: string, status: number) => adviceFor(new PlinthClientError(code, "", status)).retry;
  expect(retry("UNREACHABLE", 0)).toBe(true);
  expect(retry("OUTCOME_UNKNOWN", 503)).toBe(false);
  expect(retry("UNAVAILABLE", 503)).toBe(true);
  expect(adviceFor({ status: 409 })).not.toBe(adviceFor({ status: 404 }));
  expect(adviceFor({ status: 418 })).toBe(adviceFor({ status: 422 }));
  expect(adviceFor({})).toBe(adviceFor({ code: "ABORTED", status: 0 }));
});
