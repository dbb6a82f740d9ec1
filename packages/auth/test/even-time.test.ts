/** Answers whose time must not tell whether an address has an account. */
import { expect, spyOn, test } from "bun:test";
import type { AuthMails } from "../src/index.ts";
import { mailFlows } from "../src/mail-flows.ts";
import { APP_URL, openAuth, SETTINGS } from "./fixture.ts";

const EVEN = ["/request-password-reset", "/send-verification-email", "/change-email", "/sign-in/magic-link"];
const user = { id: "ada", email: "ada@example.com" };

const refused = async () => Promise.reject(new Error("nothing can be written"));

test.each([
  ["takes", async () => {}, ["stored, woken, waited: answered", "written, woken, waited: answered"]],
  ["refuses", refused, ["stored, waited: nothing can be written", "written, waited: nothing can be written"]],
])(
  "even time covers all work for a mail, and the write in its place, where the database %s it",
  async (_, write, course) => {
    const happened: string[] = [];
    const { options } = await openAuth();
    const note = (what: string) => async () => {
      happened.push(what);
      await write();
      return [];
    };
    const mails: AuthMails = {
      queue: async () => [{ sql: "select 1", params: [] }],
      queued: () => void happened.push("woken"),
      countCode: async () => "",
      probe: async () => void (await note("written")()),
    };
    const driver = { ...options.driver, batch: note("stored") };
    const flows = mailFlows({ ...options, ...SETTINGS, driver, mails }, "a secret")!;
    const waiting = spyOn(globalThis, "setTimeout").mockImplementation(((done: () => void) => {
      happened.push("waited");
      done();
    }) as never);
    const courses: string[] = [];
    try {
      for (const path of EVEN) {
        for (const known of [true, false]) {
          const headers = new Headers();
          const answer = async () => {
            if (known) await flows.accountExists({ user }, new Request(APP_URL, { headers })).catch(() => {});
            return new Response();
          };
          const outcome = await flows.during(path, headers, undefined, answer).catch(({ message }: Error) => message);
          courses.push(`${happened.splice(0).join(", ")}: ${outcome instanceof Response ? "answered" : outcome}`);
        }
      }
    } finally {
      waiting.mockRestore();
    }
    expect(courses).toEqual(EVEN.flatMap(() => course));
  },
);
