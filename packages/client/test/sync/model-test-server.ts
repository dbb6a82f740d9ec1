import type { Random } from "../../../../tests/fuzz/random.ts";
import type { TestServer } from "./model-run.ts";
import { COLLECTIONS, ModelServer, USERS } from "./model-server.ts";

/** The model, as the harness sees it. */
export function modelServer(random: Random): TestServer {
  const model = new ModelServer(random);
  return {
    transportFor: (user) => model.transportFor(user),
    visible: async (user, shapes, name) =>
      [...model.rowsOf(shapes[name]!.collection ?? name).values()]
        .map((row) => model.inShape(user, shapes, name, row))
        .filter((row) => row !== undefined),
    happened: async (tag) => model.applied.get(tag) ?? 0,
    wasCurrent: () => model.wasCurrent,
    hiddenTexts: (user) =>
      COLLECTIONS.flatMap((name) => [...model.rowsOf(name).values()])
        .filter((row) => model.seen(user, row)?.secret === undefined)
        .map(({ secret }) => secret as string),
    calm: () => {
      model.lags = false;
    },
    async disturb() {
      const user = random.pick(USERS);
      const collection = random.pick(COLLECTIONS);
      const ids = [...model.rowsOf(collection).keys()];
      random.weighted<() => unknown>([
        [
          8,
          () => () => {
            if (ids.length === 0) return;
            const op = random.chance(0.2) ? "delete" : "update";
            const data = { title: `other ${random.int(0, 99)}`, level: random.int(0, 7) };
            model.write("root", [{ op, collection, id: random.pick(ids), ...(op === "update" && { data }) }]);
          },
        ],
        [
          1,
          () => () => model.setRights(user, { level: random.int(1, 7), hidden: random.some(["secret", "body"], 0.5) }),
        ],
        [0.5, () => () => model.changeSchema()],
        [0.5, () => () => model.trim()],
        [1, () => () => model.forgetKeys()],
        [0.3, () => () => model.forgetCopies()],
      ])();
    },
  };
}
