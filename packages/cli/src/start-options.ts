import { CONNECTION_OPTIONS, text } from "./command.ts";

export const START_OPTIONS = {
  port: text("N", "or PORT; 8787 unless given"),
  host: text("ADDRESS", "or HOST; only this machine unless given"),
  data: text("FOLDER", "or DATA_DIR; .data unless given"),
} as const;

const { url: _, ...credentials } = CONNECTION_OPTIONS;

export const DEV_OPTIONS = {
  ...START_OPTIONS,
  schema: text("FILE", "schema.json unless given; it may be missing"),
  types: text("FILE", "where the types of the collections are kept up to date"),
  ...credentials,
} as const;
