import { afterAll, expect, test } from "bun:test";
import { mailerSuite } from "@plinth/conformance";
import PostalMime from "postal-mime";
import { smtpMailer } from "../src/smtp-mailer.ts";
import { startSmtpServer } from "./smtp-server.ts";

const login = { user: "plinth@example.com", password: "p@ss/word:1" };
const server = await startSmtpServer(login);
afterAll(() => server.close());

const credentials = `${encodeURIComponent(login.user)}:${encodeURIComponent(login.password)}`;
const open = () => smtpMailer({ url: `smtp://${credentials}@127.0.0.1:${server.port}` });
const mail = {
  id: "01934a5e-0000-7000-8000-000000000009",
  from: { address: "no-reply@example.com" },
  to: "ada@example.org",
  subject: "Hello",
  text: "Hello.",
};

mailerSuite({
  test,
  open,
  received: () =>
    Promise.all(
      server.delivered.map(async ({ from, to, raw }) => {
        const { subject = "", text = "", html } = await PostalMime.parse(raw);
        return { from, to, subject, text, ...(html && { html }) };
      }),
    ),
  refuse: (kind) => server.refuseNext(kind === "refused" ? 550 : 451),
  openUnreachable: () => smtpMailer({ url: "smtp://127.0.0.1:1" }),
});

test("it signs in with the decoded user and password, and names the mail by its id", async () => {
  const mailer = open();
  await mailer.send(mail);
  await mailer.close!();
  const { user, raw } = server.delivered.at(-1)!;
  expect(user).toBe(login.user);
  expect(raw).toContain(`Message-ID: <${mail.id}@example.com>`);
});

test("a wrong password leaves the mail to be sent later, when the setting is right", async () => {
  const mailer = smtpMailer({ url: `smtp://somebody:wrong@127.0.0.1:${server.port}` });
  await expect(mailer.send(mail)).rejects.toMatchObject({
    kind: "unavailable",
    message: expect.not.stringMatching(/wrong/),
  });
  await mailer.close!();
});

test("what is wrong with the settings leaves the mail to be sent later", async () => {
  const mailer = open();
  for (const [code, what] of [
    [550, "sender"],
    [530, "sender"],
    [530, "recipient"],
  ] as const) {
    server.refuseNext(code, what);
    await expect(mailer.send(mail)).rejects.toMatchObject({ kind: "unavailable" });
  }
  server.refuseNext(550);
  await expect(mailer.send(mail)).rejects.toMatchObject({ kind: "refused" });
  await mailer.close!();
});

test("a mail has a longest time, however little the server says at a time, and the others go on", async () => {
  const mailer = smtpMailer({ url: `smtp://${credentials}@127.0.0.1:${server.port}`, longestMs: 200 });
  const release = server.hold();
  await expect(mailer.send(mail)).rejects.toMatchObject({
    kind: "unavailable",
    message: "the mail server took too long",
  });
  release();
  // The time holds for this one too, and a busy machine can need more: it is tried again, as the outbox does.
  while (
    !(await mailer.send(mail).then(
      () => true,
      () => false,
    ))
  );
  await mailer.close!();
});

test("a line break in a subject or an address makes no header", async () => {
  const mailer = open();
  const before = server.delivered.length;
  const subject = "Hello\r\nBcc: eve@example.net";
  await mailer.send({ ...mail, subject });
  await mailer.send({ ...mail, from: { ...mail.from, name: "A\r\nBcc: eve@example.net" } });
  for (const { raw, to } of server.delivered.slice(before)) {
    expect(raw).not.toMatch(/^bcc:/im);
    expect(to).toEqual([mail.to]);
  }
  await mailer.close!();
});

test("a server that offers TLS with a certificate of its own is not trusted", async () => {
  const mailer = smtpMailer({ url: `smtps://127.0.0.1:${server.port}` });
  await expect(mailer.send(mail)).rejects.toMatchObject({ kind: "unavailable" });
  await mailer.close!();
});
