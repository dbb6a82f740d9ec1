import { SEVERITIES } from "@plinth/core";
import { choice, flag } from "./command.ts";

export const DOCTOR_OPTIONS = {
  local: flag("look at settings, files and database of the server in this folder instead, whether it runs or not"),
  "fail-on": choice(SEVERITIES, "the least severe finding that gives exit code 1; else warning"),
} as const;
