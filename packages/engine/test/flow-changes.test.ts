/** Changes to flows by several at once, on every engine. */
import { expect, test } from "bun:test";
import type { SqlDriver } from "@plinth/core";
import {
  deleteFlow,
  deployFlow,
  flowSchema,
  type RequestContext,
  rollBackFlow,
  showFlow,
  updateFlow,
} from "../src/index.ts";
import { type LogDatabases, onEachDatabase, openEngine } from "./log-world.ts";

await onEachDatabase("changes to flows", suite);

function suite(kind: LogDatabases): void {
  test("who changes a flow that another has changed since does not undo that", async () => {
    const world = await openEngine((await kind.createMigrated())());
    const ctx = async () => ({ ...(await world.ctx()), now: Date.now() });
    const definition = flowSchema.parse({
      triggers: [{ type: "cron", schedule: "0 3 * * *" }, { type: "manual" }],
      nodes: [{ id: "one", type: "set", value: 1 }],
    });
    /** The first change has read what it needs, and is stored after the second. */
    const beside = async (first: (ctx: RequestContext) => Promise<unknown>, second: () => Promise<unknown>) => {
      const own = await ctx();
      const batch: SqlDriver["batch"] = async (queries) => {
        await second();
        return world.driver.batch(queries);
      };
      const driver = { ...world.driver, batch } as SqlDriver;
      return first({ ...own, driver }).catch(({ code }) => code);
    };
    const deploy = (own: RequestContext) => deployFlow(own, "night", definition);
    const turnOff = (own: RequestContext) => updateFlow(own, "night", { enabled: false });
    await deploy(await ctx());
    await deploy(await ctx());
    expect(await beside(deploy, async () => turnOff(await ctx()))).toBe("CONFLICT");
    expect(await showFlow(await ctx(), "night")).toMatchObject({ version: 2, enabled: false });
    await updateFlow(await ctx(), "night", { enabled: true });
    expect(await beside(turnOff, async () => deploy(await ctx()))).toBe("CONFLICT");
    expect(await showFlow(await ctx(), "night")).toMatchObject({ version: 3, enabled: true });
    const rollBack = (own: RequestContext) => rollBackFlow(own, "night", 1);
    expect(await beside(rollBack, async () => deploy(await ctx()))).toBe("CONFLICT");
    expect(await beside(rollBack, async () => deleteFlow(await ctx(), "night"))).toBe("NOT_FOUND");
    const triggers = await world.driver.all({ sql: "select * from plinth_triggers", params: [] });
    expect(triggers).toEqual([]);
    await world.driver.close?.();
  });
}
