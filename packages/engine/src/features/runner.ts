import type { SqlDriver } from "@plinth/core";
import { listWorkspaceIds } from "@plinth/db";
import { type ConsumerOptions, consume, drainChanges } from "../changelog/consume.ts";
import { sleeper } from "../changelog/sleeper.ts";
import type { Engine } from "../kernel/engine.ts";
import type { ChangeConsumer } from "../kernel/feature.ts";
import type { Running } from "../kernel/scheduler.ts";

/** How soon a new workspace's log is read. */
const LOOK_MS = 2000;
/** How long after the start the logs are read first: the first requests come before. */
const FIRST_LOOK_MS = 500;

/**
 * Starts the features' background work, for as long as the process lasts: schedules, and consumers of every workspace's
 * change log. Other processes may do the same: only one at a time holds a cursor.
 */
export function startFeatures(engine: Engine, driver: SqlDriver): Running {
  const schedules = engine.scheduler.start(engine, driver);
  const consumers = startConsumers(engine, driver);
  return {
    async stop() {
      await Promise.all([schedules.stop(), consumers.stop()]);
    },
  };
}

/** The same as one tick, for hosts without a lasting process: runs what is due, within the limits of a request. */
export async function tickFeatures(engine: Engine, driver: SqlDriver): Promise<void> {
  await engine.scheduler.tick(engine, driver);
  for (const { consumer, workspaceId } of await consumptions(engine, driver)) {
    const { options, handler } = consumption(engine, driver, workspaceId, consumer);
    await drainChanges(engine, driver, options, handler).catch((error: unknown) =>
      engine.log.warn("a consumer of the change log failed; the next tick tries again", {
        name: consumer.name,
        error: String(error),
      }),
    );
  }
  // What they have stored may be due, too.
  await engine.scheduler.setAlarm(engine, driver);
}

function startConsumers(engine: Engine, driver: SqlDriver): Running {
  const sleep = sleeper();
  const running = new Map<string, Running>();
  const look = async (): Promise<void> => {
    const wanted = new Set<string>();
    for (const { consumer, workspaceId } of await consumptions(engine, driver)) {
      const key = `${consumer.name} ${workspaceId}`;
      wanted.add(key);
      if (running.has(key)) continue;
      const { options, handler } = consumption(engine, driver, workspaceId, consumer);
      running.set(key, consume(engine, driver, options, handler));
    }
    const gone = [...running].filter(([key]) => !wanted.has(key));
    for (const [key] of gone) running.delete(key);
    await Promise.all(gone.map(([, consumer]) => consumer.stop()));
  };
  const run = async (): Promise<void> => {
    await sleep.quietFor(FIRST_LOOK_MS);
    while (!sleep.ended) {
      await look().catch((error: unknown) => engine.log.warn("the workspaces could not be listed", { error }));
      await sleep.quietFor(LOOK_MS);
    }
    await Promise.all([...running.values()].map((consumer) => consumer.stop()));
  };
  const done = consumersOf(engine).length === 0 ? Promise.resolve() : run();
  return {
    async stop() {
      sleep.end();
      await done;
    },
  };
}

/** Which consumers read the logs of which workspaces. */
async function consumptions(
  engine: Engine,
  driver: SqlDriver,
): Promise<{ consumer: ChangeConsumer; workspaceId: string }[]> {
  const consumers = consumersOf(engine);
  const all = consumers.some(({ workspaces }) => !workspaces) ? await listWorkspaceIds(driver) : [];
  const found = consumers.map(async (consumer) => {
    const ids = consumer.workspaces ? await consumer.workspaces(driver) : all;
    return [...ids].map((workspaceId) => ({ consumer, workspaceId }));
  });
  return (await Promise.all(found)).flat();
}

function consumersOf({ features }: Engine): ChangeConsumer[] {
  return features.flatMap(({ consumers = [] }) => consumers);
}

function consumption(engine: Engine, driver: SqlDriver, workspaceId: string, consumer: ChangeConsumer) {
  const { name, from, handle, onGap } = consumer;
  const context = { engine, driver, workspaceId };
  const options: ConsumerOptions = { name, workspaceId, from, ...(onGap && { onGap: () => onGap(context) }) };
  return {
    options,
    handler: ((changes, { signal }) => handle(changes, { ...context, signal })) satisfies Parameters<typeof consume>[3],
  };
}
