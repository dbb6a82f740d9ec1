import { flag } from "./command.ts";

export const UNDO_OPTIONS = {
  "dry-run": flag("say what would be done, and do nothing"),
  "skip-conflicts": flag("leave items as they are that others have changed since, and undo the rest"),
} as const;
