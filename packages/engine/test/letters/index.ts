import type { Feature } from "../../src/index.ts";
import { migrations } from "./migrations.ts";
import { insertLetter, markSent } from "./repository.ts";
import { letters } from "./tables.ts";

/** A feature with everything that one can bring, in the files that it has in `features/<name>/`. */
export const lettersFeature: Feature = {
  name: "letters",
  tables: [letters],
  migrations,
  consumers: [
    {
      name: "letters",
      from: "oldest",
      async handle(changes, { driver, engine, workspaceId }) {
        for (const { item } of changes) await insertLetter(driver, workspaceId, item, engine.clock.now());
      },
    },
  ],
  schedules: [
    {
      name: "letters",
      everyMs: 86_400_000,
      run: async ({ clock }, driver) => markSent(driver, clock.now()),
    },
  ],
};
