import { expect, test } from "bun:test";
import {
  DataError,
  DeliveryError,
  type Mail,
  type Mailer,
  type Sms,
  type SmsSender,
  type SqlDriver,
} from "@plinth/core";
import { testConfig, until } from "@plinth/core/testing";
import { type Engine, FEATURES, listMails, mailOutbox, outboxOf, showMail } from "../src/index.ts";
import type { Asker } from "../src/kernel/outbox.ts";
import { type LogDatabases, onEachDatabase, openEngine, W } from "./log-world.ts";

const HOUR = 3_600_000;
const SECRET = "a secret of more than thirty-two characters";
const settings = (secret = SECRET) => ({
  ...testConfig(),
  secret,
  appUrl: "https://api.example.com",
  mailFrom: { address: "no-reply@example.com", name: "Example" },
});
const LINK = "https://api.example.com/reset-password?token=s3cr3t-t0ken";
const ASKER: Asker = { id: "192.0.2.1", isStranger: true };
const [send, trim] = FEATURES.find(({ name }) => name === "mail")!.schedules!;

await onEachDatabase("the outbox", suite);

function suite(kind: LogDatabases): void {
  async function open(options: { development?: boolean; connect?: () => SqlDriver; secret?: string } = {}) {
    const { development = false, connect = await kind.createMigrated(), secret } = options;
    const sent: Mail[] = [];
    const world = { now: Date.now(), failing: undefined as DeliveryError["kind"] | undefined };
    const mailer: Mailer = {
      name: "test",
      capabilities: { deduplicates: false, development },
      async send(mail) {
        if (world.failing) throw new DeliveryError(world.failing, "the test says no");
        sent.push(mail);
      },
    };
    const process = await openEngine(connect(), { config: settings(secret), now: () => world.now, mailer });
    const { engine, driver } = process;
    const queue = (to = "ada@example.com", hours = 1, asker = ASKER) =>
      mailOutbox.queue(engine, driver, {
        workspaceId: W,
        template: "reset_password",
        to,
        variables: { url: LINK, hours: String(hours) },
        languages: "de, en",
        asker,
        expiresAt: world.now + hours * HOUR,
      });
    const run = async (schedule = send): Promise<void> => {
      while (await schedule!.run(engine, driver));
    };
    const list = async () => (await listMails(await process.ctx(), { limit: 100 })).data;
    const raw = async () => JSON.stringify(await driver.all({ sql: "select * from plinth_mail", params: [] }));
    return { ...process, connect, sent, world, queue, run, list, raw };
  }

  test("a mail is sent once, and then its content is gone; before, it is encrypted", async () => {
    const { driver, queue, run, sent, list, raw } = await open();
    await driver.batch(await queue());
    expect(await raw()).not.toContain("s3cr3t");
    await run();
    await run();
    expect(sent).toMatchObject([
      { from: settings().mailFrom, to: "ada@example.com", subject: "Choose a new password" },
    ]);
    expect(sent[0]!.text).toContain(LINK);
    expect(sent[0]!.html).toContain(`<a href="${LINK}">`);
    expect(await list()).toMatchObject([{ state: "sent", attempts: 1, last_error: null, id: sent[0]!.id }]);
    expect(JSON.parse(await raw())).toMatchObject([{ variables: null }]);
    await driver.close?.();
  });

  test("of many at once, no more than the limits of an hour and of a day are stored", async () => {
    const { driver, queue, list, engine, world } = await open();
    const askers = ["192.0.2.1", "192.0.2.2", "192.0.2.3", "192.0.2.4"].map((id) => ({ id, isStranger: true }));
    const store = async (asker: Asker) => {
      const queries = await queue("ada@example.com", 1, asker);
      if (queries.length > 0) await driver.batch(queries);
    };
    const many = (asker: Asker) => Promise.all(Array.from({ length: 8 }, () => store(asker)));
    await many(askers[0]!);
    expect(await list()).toHaveLength(5);
    await Promise.all(askers.map(many));
    expect(await list()).toHaveLength(15);
    await many({ id: "a known browser", isStranger: false });
    expect(await list()).toHaveLength(20);
    const known = ["second", "third", "fourth"].map((id) => ({ id, isStranger: false }));
    await Promise.all(known.map(many));
    expect(await list()).toHaveLength(30);
    const text = (to: string) =>
      mailOutbox.queue(engine, driver, {
        workspaceId: W,
        template: "phone_code",
        to,
        variables: { code: "123456", minutes: "5" },
        languages: "",
        asker: "counted",
        expiresAt: world.now + HOUR,
        mostADay: 3,
      });
    await Promise.all(Array.from({ length: 20 }, async (_, i) => driver.batch(await text(`+4915100000${10 + i}`))));
    expect((await list()).filter(({ channel }) => channel === "sms")).toHaveLength(3);
    await driver.close?.();
  });

  test("a mail is stored with what causes it, or not at all", async () => {
    const { driver, queue, list } = await open();
    const failing = { sql: "insert into plinth_settings (key, value) values ('x', null)", params: [] };
    await expect(driver.batch([...(await queue()), failing])).rejects.toMatchObject({ kind: "not_null" });
    expect(await list()).toEqual([]);
    await driver.close?.();
  });

  test("what a provider cannot take now is tried again, with longer and longer pauses, until its link expires", async () => {
    const { driver, queue, run, sent, list, world } = await open();
    await driver.batch(await queue());
    world.failing = "unavailable";
    let attempts = 0;
    for (const end = world.now + 0.9 * HOUR; world.now < end; world.now += 20_000) await run();
    attempts = (await list())[0]!.attempts;
    expect(attempts).toBeGreaterThan(3);
    expect(attempts).toBeLessThan(12);
    expect(await list()).toMatchObject([{ state: "queued", last_error: "the test says no" }]);
    // Later than the longest pause.
    world.now += 2 * HOUR;
    world.failing = undefined;
    await run();
    expect(sent).toEqual([]);
    expect(await list()).toMatchObject([
      { state: "failed", next_attempt_at: null, last_error: "not sent before it expired: the test says no" },
    ]);
    await driver.close?.();
  });

  test("a mail goes out when the provider is there again", async () => {
    const { driver, queue, run, sent, list, world } = await open();
    await driver.batch(await queue());
    world.failing = "unavailable";
    await run();
    world.failing = undefined;
    world.now += 60_000;
    await run();
    expect(sent).toHaveLength(1);
    expect(await list()).toMatchObject([{ state: "sent", attempts: 2, last_error: null }]);
    await driver.close?.();
  });

  test("a mail that waits goes out also when the clock is set back", async () => {
    const { driver, queue, run, sent, world } = await open();
    await driver.batch(await queue());
    world.failing = "unavailable";
    await run();
    world.failing = undefined;
    world.now -= 24 * HOUR;
    await run();
    expect(sent).toHaveLength(1);
    await driver.close?.();
  });

  test("what a provider refuses for good is given up at once, without its content", async () => {
    const { driver, queue, run, list, raw, world } = await open();
    await driver.batch(await queue());
    world.failing = "refused";
    await run();
    expect(await list()).toMatchObject([{ state: "failed", attempts: 1, last_error: "the test says no" }]);
    expect(JSON.parse(await raw())).toMatchObject([{ variables: null }]);
    await driver.close?.();
  });

  test("two processes send each mail once", async () => {
    const one = await open();
    const other = await open({ connect: one.connect });
    for (let i = 0; i < 23; i++) await one.driver.batch(await one.queue(`reader${i}@example.com`));
    await Promise.all([one.run(), other.run(), one.run(), other.run()]);
    const readers = [...one.sent, ...other.sent].map(({ to }) => to);
    expect(readers).toHaveLength(23);
    expect(new Set(readers).size).toBe(23);
    await Promise.all([one.driver.close?.(), other.driver.close?.()]);
  });

  test("a mail whose process died while it sent is sent again, by its id", async () => {
    const { driver, queue, run, sent, list, world, engine } = await open();
    await driver.batch(await queue());
    const dead: Engine = { ...engine, mailer: { ...engine.mailer!, send: () => new Promise(() => {}) } };
    void send!.run(dead, driver);
    await until(async () => (await list())[0]!.attempts !== 0);
    await run();
    expect(sent).toEqual([]);
    world.now += 121_000;
    await run();
    expect(sent.map(({ id }) => id)).toEqual([(await list())[0]!.id]);
    await driver.close?.();
  });

  test("a mail that was sent while the database was away for a moment is not sent again", async () => {
    const { driver, queue, run, sent, list, world, engine } = await open();
    await driver.batch(await queue());
    let failures = 0;
    const away = (): never => {
      failures++;
      throw new DataError("unavailable");
    };
    const shaky: SqlDriver = {
      ...driver,
      batch: (queries) => driver.batch(queries),
      all: (query) => driver.all(query),
      run: async (query) => (sent.length > 0 && failures === 0 ? away() : driver.run(query)),
    };
    await send!.run(engine, shaky);
    expect(failures).toBe(1);
    world.now += 121_000;
    await run();
    expect(sent).toHaveLength(1);
    expect(await list()).toMatchObject([{ state: "sent", attempts: 1 }]);
    await driver.close?.();
  });

  test("an address gets five mails of a kind in an hour, and then more", async () => {
    const { driver, queue, list, world } = await open();
    for (let i = 0; i < 7; i++) await driver.batch(await queue());
    await driver.batch(await queue("bob@example.com"));
    expect((await list()).map(({ to }) => to)).toEqual(["bob@example.com", ...Array(5).fill("ada@example.com")]);
    world.now += HOUR + 1;
    await driver.batch(await queue());
    expect(await list()).toHaveLength(7);
    await driver.close?.();
  });

  test("with another secret, a waiting mail is given up, and says why", async () => {
    const one = await open();
    await one.driver.batch(await one.queue());
    const other = await open({ connect: one.connect, secret: SECRET.toUpperCase() });
    await other.run();
    expect(other.sent).toEqual([]);
    expect(await other.list()).toMatchObject([
      { state: "failed", last_error: expect.stringContaining("PLINTH_SECRET") },
    ]);
    await Promise.all([one.driver.close?.(), other.driver.close?.()]);
  });

  test("mails are deleted a week after they are done, and never while they wait", async () => {
    const { driver, queue, run, list, world } = await open();
    for (let i = 0; i < 100; i++) await driver.batch(await queue(`reader${i}@example.com`));
    await run();
    world.now += 6 * 24 * HOUR;
    await driver.batch(await queue("late@example.com", 24 * 30));
    await run(trim);
    expect(await list()).toHaveLength(100);
    world.now += 2 * 24 * HOUR;
    await run(trim);
    expect((await list()).map(({ to, state }) => [to, state])).toEqual([["late@example.com", "queued"]]);
    await driver.close?.();
  });

  test("a mailer for development keeps the content for who may read it", async () => {
    const { driver, queue, run, list, ctx } = await open({ development: true });
    await driver.batch(await queue());
    await run();
    const shown = await showMail(await ctx(), (await list())[0]!.id);
    expect(shown).toMatchObject({ state: "sent", content: { text: expect.stringContaining(LINK) } });
    await driver.close?.();
  });

  test("a text message waits in the same outbox until there is a sender, and is no mail", async () => {
    const { driver, engine, run, sent, list, ctx, raw, world } = await open();
    const expiresAt = world.now + HOUR;
    const order = { workspaceId: W, to: "+4915112345678", languages: "", asker: ASKER, expiresAt };
    const variables = { code: "824193", minutes: "10" };
    await driver.batch(await mailOutbox.queue(engine, driver, { ...order, template: "phone_code", variables }));
    expect(await raw()).not.toContain("824193");
    await run();
    expect([sent, await list()]).toMatchObject([[], [{ channel: "sms", state: "queued", attempts: 0 }]]);
    const messages: Sms[] = [];
    const capabilities = { deduplicates: false, development: false };
    const sms: SmsSender = { name: "test", capabilities, send: async (message) => void messages.push(message) };
    await send!.run({ ...engine, sms }, driver);
    const [{ id } = { id: "" }] = await list();
    const text = "824193 is your code for Example. It works once, within 10 min. Nobody will ask you for it.";
    expect(messages).toEqual([{ id, to: order.to, text }]);
    expect((await listMails(await ctx(), { limit: 9, channel: "sms" })).data).toMatchObject([{ state: "sent" }]);
    expect((await listMails(await ctx(), { limit: 9, channel: "mail" })).data).toEqual([]);
    await driver.close?.();
  });

  test("without a mailer there is no outbox, and nothing is sent", async () => {
    const { engine, driver } = await openEngine((await kind.createMigrated())(), { config: settings() });
    expect([outboxOf(engine), outboxOf(engine, "sms")]).toEqual([undefined, undefined]);
    expect(await send!.run(engine, driver)).toBe(false);
    await driver.close?.();
  });
}
