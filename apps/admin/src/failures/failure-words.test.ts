import { expect, mock, test } from "bun:test";

// The build replaces macros; a test runs without the build.
mock.module("@lingui/core/macro", () => ({
  msg: (text: TemplateStringsArray | { readonly message: string }) => {
    const message = "message" in text ? text.message : text[0];
    return { id: message, message };
  },
}));

const { failureWords } = await import("./failure-words.ts");

/** As the engine writes them. */
const FAILURES: Readonly<
  Record<string, { readonly page?: string; readonly values?: Readonly<Record<string, string>> }>
> = {
  "It needs a secret: make one by POST /api/auth-settings/hook-secret.": { page: "sign-in" },
  "There is no function named nightly.": { page: "functions", values: { name: "nightly" } },
  "There is no flow named ship.": { page: "flows", values: { name: "ship" } },
  "TypeError: cannot read property 'json' of undefined (line 2)": {},
  "unreachable: it cannot be reached: its name was not found": {},
  "unreachable: it cannot be reached": {},
  "timeout: it did not answer within 10000 ms": { values: { ms: "10000" } },
  "address: must not be an address of a private network": {},
  "status 503": { values: { status: "503" } },
  "It answered with status 404.": { values: { status: "404" } },
};

test("failures that people meet have words of the admin, and a page where there is one to go to", () => {
  for (const [text, { page, values = {} }] of Object.entries(FAILURES)) {
    const found = failureWords(text);
    expect([text, found?.page?.path, found?.values]).toEqual([text, page, values]);
    expect(JSON.stringify(found)).not.toContain("/api/");
  }
  expect(failureWords("The printer is on fire")).toBeUndefined();
});
