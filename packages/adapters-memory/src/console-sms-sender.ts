import type { SmsSender } from "@plinth/core";
import { inMargin } from "./in-margin.ts";

/** Writes each text message instead of sending it: for development. */
export function consoleSmsSender({ write }: { write: (text: string) => void }): SmsSender {
  return {
    name: "console",
    capabilities: { deduplicates: false, development: true },
    async send({ to, text }) {
      write(inMargin([`text message to ${to}`, "", ...text.split("\n")]));
    },
  };
}
