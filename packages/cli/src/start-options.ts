import { text } from "./command.ts";

export const START_OPTIONS = {
  port: text("N", "or PORT; 8787 unless given"),
  host: text("ADDRESS", "or HOST; only this machine unless given"),
  data: text("FOLDER", "or DATA_DIR; .data unless given"),
} as const;
