/** `plinth functions dev` runs a server by none of the settings that the environment has for another one. */
import { expect, test } from "bun:test";
import { SETTINGS } from "../../apps/server/src/settings.ts";
import { OTHER_SETTINGS, OWN_SETTINGS } from "../../packages/cli/src/functions/server-settings.ts";

test("each setting of a server is emptied or set by the command", () => {
  expect([...OTHER_SETTINGS, ...OWN_SETTINGS].toSorted()).toEqual(Object.keys(SETTINGS).toSorted());
});
