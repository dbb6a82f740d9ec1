import type { TrustedRuntime } from "@plinth/core";
import { openOnce } from "../open-once.ts";

/** Opened by the first function that asks for it: most servers have none. */
export function lateTrusted(load: () => Promise<TrustedRuntime>): TrustedRuntime {
  let isOpened = false;
  const open = openOnce(() => {
    isOpened = true;
    return load();
  });
  return {
    name: "processes",
    run: async (program) => (await open()).run(program),
    async close() {
      if (isOpened) await (await open()).close();
    },
  };
}
