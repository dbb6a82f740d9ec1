/** What every `Bus` must do. `openAnother` joins the same bus from another process, where it supports that. */
import type { Bus } from "@plinth/core";
import { assert, equal } from "./assert.ts";
import { type Case, registerCases, type Test } from "./case.ts";

export interface BusSuiteOptions {
  test: Test;
  open(): Bus | Promise<Bus>;
  openAnother?(): Bus | Promise<Bus>;
}

export function busSuite(options: BusSuiteOptions): void {
  registerCases(options.test, busCases(options));
}

export function busCases(options: Omit<BusSuiteOptions, "test">): Case[] {
  const withBus = (run: (bus: Bus) => Promise<void>) => async () => {
    const bus = await options.open();
    try {
      await run(bus);
    } finally {
      await bus.close?.();
    }
  };
  return [
    {
      name: "a message reaches every listener of its topic, in order",
      run: withBus(async (bus) => {
        const heard: string[] = [];
        await bus.subscribe("a", (message) => heard.push(`1:${message}`));
        await bus.subscribe("a", (message) => heard.push(`2:${message}`));
        await bus.subscribe("b", (message) => heard.push(`b:${message}`));
        await bus.publish("a", "x");
        await bus.publish("a", "y '\"\n😀");
        await until(() => heard.length === 4);
        equal(
          heard.filter((line) => line.startsWith("1:")),
          ["1:x", "1:y '\"\n😀"],
          "the first listener",
        );
        equal(
          heard.filter((line) => line.startsWith("b:")),
          [],
          "the other topic",
        );
      }),
    },
    {
      name: "an ended subscription hears nothing",
      run: withBus(async (bus) => {
        const [gone, there]: [string[], string[]] = [[], []];
        const end = await bus.subscribe("a", (message) => gone.push(message));
        await bus.subscribe("a", (message) => there.push(message));
        await end();
        await end();
        await bus.publish("a", "x");
        await until(() => there.length === 1);
        equal(gone, [], "the ended one");
      }),
    },
    {
      name: "a message without a listener is no error",
      run: withBus((bus) => bus.publish("nobody", "x")),
    },
    {
      name: "a bus that crosses processes is heard elsewhere",
      ...(!options.openAnother && { skipped: "this bus stays in its process" }),
      run: withBus(async (bus) => {
        assert(bus.crossProcess, "it must announce crossProcess");
        const another = await options.openAnother!();
        const heard: string[] = [];
        await another.subscribe("a", (message) => heard.push(message));
        await bus.publish("a", "x");
        await until(() => heard.length === 1);
        await another.close?.();
      }),
    },
  ];
}

async function until(condition: () => boolean): Promise<void> {
  for (let waited = 0; !condition(); waited += 10) {
    if (waited > 120_000) throw new Error("nothing was heard within two minutes");
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}
