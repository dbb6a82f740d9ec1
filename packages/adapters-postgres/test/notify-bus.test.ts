import { afterAll, expect, test } from "bun:test";
import { busSuite } from "@plinth/conformance";
import { until } from "@plinth/core/testing";
import { startPostgres } from "../../../tests/support/postgres.ts";
import { tcpProxy } from "../../../tests/support/tcp-proxy.ts";
import { notifyBus } from "../src/notify-bus.ts";
import { postgresJs } from "../src/postgres-js.ts";

const postgres = await startPostgres();
afterAll(() => postgres?.stop());

if (!postgres) test.skip("everything — there is no Postgres here", () => {});
else {
  const url = await postgres.createDatabase("plinth_notify");
  const open = () => notifyBus({ url });

  busSuite({ test, open, openAnother: open });

  test("a lost connection is opened again, and every listener reads the log", async () => {
    const [bus, other] = [open(), open()];
    const admin = postgresJs({ url: postgres.url("postgres"), max: 1 });
    const heard: string[] = [];
    await bus.subscribe("a", (message) => heard.push(message));
    const cut = "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1";
    await admin.all({ sql: cut, params: ["plinth_notify"] });
    await until(() => heard.length > 0);
    expect(heard).toEqual([""]);
    await other.publish("a", "x");
    await until(() => heard.length > 1);
    expect(heard).toEqual(["", "x"]);
    await Promise.all([bus.close!(), other.close!(), admin.close!()]);
  });

  const openBehindProxy = async () => {
    const { hostname, port } = new URL(url);
    const proxy = await tcpProxy({ host: hostname, port: Number(port) });
    return { proxy, bus: notifyBus({ url: url.replace(`${hostname}:${port}`, `127.0.0.1:${proxy.port}`) }) };
  };

  test("a database that is away is not asked for each message, and no connection to it is left over", async () => {
    const { proxy, bus } = await openBehindProxy();
    let heard = 0;
    await bus.subscribe("a", () => heard++);
    proxy.fail("close");
    for (let i = 0; i < 100; i++) {
      await expect(bus.publish("a", "lost")).rejects.toMatchObject({ kind: "unavailable" });
      await Bun.sleep(5);
    }
    expect(proxy.accepted).toBeLessThan(30);
    proxy.mend();
    await until(() => heard > 0);
    expect(proxy.open).toBe(1);
    await bus.close!();
    proxy.close();
  });

  test("a connection that hangs is given up, and opened anew", async () => {
    const { proxy, bus } = await openBehindProxy();
    const heard: string[] = [];
    await bus.subscribe("a", (message) => heard.push(message));
    proxy.fail("hang");
    await expect(bus.publish("a", "lost")).rejects.toMatchObject({ kind: "unavailable" });
    proxy.mend();
    await until(() => heard.length > 0);
    await bus.publish("a", "x");
    await until(() => heard.at(-1) === "x");
    expect(heard).toEqual(["", "x"]);
    await bus.close!();
    proxy.close();
  });

  test("a message beyond what NOTIFY takes is refused", async () => {
    const bus = open();
    await expect(bus.publish("a", "x".repeat(8000))).rejects.toMatchObject({ kind: "too_large" });
    await bus.close!();
  });
}
