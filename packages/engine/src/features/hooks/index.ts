import { HOOKS_SCHEDULE } from "../../identity/hooks/after-sign-in.ts";
import type { Feature } from "../../kernel/feature.ts";
import { nextHooks, sendHookMessages } from "./send.ts";

/** What has just been stored is sent at once; this is for what is tried again. */
const SEND_EVERY_MS = 30_000;

/** Sends what programs of the workspaces hear of. The layer `identity` stores it. */
export const hooks: Feature = {
  name: "hooks",
  sends: true,
  schedules: [{ name: HOOKS_SCHEDULE, everyMs: SEND_EVERY_MS, run: sendHookMessages, next: nextHooks }],
};
