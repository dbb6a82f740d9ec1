/** A code belongs to who has asked for it: strangers who know the address or the number neither end it nor use up its tries. */
import { expect, test } from "bun:test";
import { bearer, refusalIn, testApp } from "../../testing/app.ts";
import { mailer, sms } from "../../testing/senders.ts";

const KINDS = {
  mail: {
    send: "email-otp/send-verification-otp",
    enter: "sign-in/email-otp",
    to: "email",
    code: "otp",
    tries: 3,
    recipient: (n: number) => `person${n}@example.com`,
  },
  phone: {
    send: "phone-code/send",
    enter: "sign-in/phone-code",
    to: "phone",
    code: "code",
    tries: 5,
    recipient: (n: number) => `+491511234567${n}`,
  },
} as const;

const HOME = "198.51.100.7";
const STRANGER = "203.0.113.6";

async function open(kind: keyof typeof KINDS) {
  const { send, enter, to, code, tries, recipient } = KINDS[kind];
  const app = testApp({ authRateLimit: 0 }, { sms, mailer });
  const operator = bearer(await app.signUp("operator@example.com"));
  const settings = { phone: { sign_in: true, sign_up: true, max_per_day: 1000 } };
  expect((await app.send("/api/auth-settings", settings, operator, "PATCH")).status).toBe(200);
  const call = (path: string, body: object, from: string) =>
    app.call(`/api/auth/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body),
      from,
    });
  const read = async (path: string) =>
    ((await (await app.call(path, { headers: operator })).json()) as { data: never }).data;
  let people = 0;
  /** Somebody who has asked for a code at home. */
  return async () => {
    const who = recipient(people++);
    const ask = async (from = HOME): Promise<string> => {
      expect((await call(send, { [to]: who }, from)).status).toBe(200);
      const query = new URLSearchParams({ to: who, limit: "1" });
      const [message] = (await read(`/api/mail/outbox?${query}`)) as { id: string }[];
      const { content } = (await read(`/api/mail/outbox/${message!.id}`)) as { content: { text: string } };
      return /^\d{6}/m.exec(content.text)![0];
    };
    const right = await ask();
    const wrong = String((Number(right) + 1) % 1_000_000).padStart(6, "0");
    const outcome = async (given: string, from = HOME) => {
      const answer = await call(enter, { [to]: who, [code]: given }, from);
      return answer.status === 200 ? "in" : (await refusalIn(answer)).slice(0, 3).join(" ");
    };
    const guess = async (times: number, from: string) => {
      for (let i = 0; i < times; i++) expect(await outcome(wrong, from)).toBe(`401 INVALID_CODE ${code}`);
    };
    return { ask, outcome, guess, right, tries, refused: `401 INVALID_CODE ${code}` };
  };
}

test.each(Object.keys(KINDS) as (keyof typeof KINDS)[])(
  "a code by %s is neither ended nor replaced by strangers, who have few tries of it",
  async (kind) => {
    const person = await open(kind);
    const [asked, guessed, moved, clumsy] = await Promise.all([person(), person(), person(), person()]);

    // A stranger asks for codes, and enters wrong ones.
    await asked.ask(STRANGER);
    await asked.ask(STRANGER);
    await asked.guess(asked.tries + 1, STRANGER);
    expect(await asked.outcome(asked.right)).toBe("in");
    expect(await asked.outcome(asked.right)).toBe(asked.refused);

    // All strangers together try the code of another five times. Even the right one is then refused, but not at home.
    await guessed.guess(3, STRANGER);
    await guessed.guess(3, "192.0.2.9");
    expect(await guessed.outcome(guessed.right, "192.0.2.9")).toBe(guessed.refused);
    expect(await guessed.outcome(guessed.right)).toBe("in");

    // Whoever asks at home may enter the code elsewhere.
    expect(await moved.outcome(moved.right, "192.0.2.9")).toBe("in");
    expect(await moved.outcome(moved.right)).toBe(moved.refused);

    // The own tries end a code.
    await clumsy.guess(clumsy.tries, HOME);
    expect(await clumsy.outcome(clumsy.right)).toBe(clumsy.refused);
  },
);
