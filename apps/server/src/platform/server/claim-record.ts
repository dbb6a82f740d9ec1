import { existsSync, writeFileSync } from "node:fs";
import { dirname, parse, resolve, sep } from "node:path";
import process from "node:process";
import type { ClaimRecord } from "@plinth/core";

const TEXT = `A Plinth database at this location has had an operator. While this file is here, an empty database at this location is
set up by its link alone, and not by the first visitor from this machine. Delete the file to start anew.
`;

/** A file beside the folder of an embedded database, so that it stays when the folder is deleted or not mounted. */
export function claimRecord(location: string): ClaimRecord {
  const path = claimPath(location);
  return {
    claimed: () => existsSync(path),
    record() {
      try {
        writeFileSync(path, TEXT, { flag: "wx" });
      } catch {
        // It is there, or nothing may be written beside the folder; then nothing outside can remember.
      }
    },
  };
}

/** Beside the database itself where its folder holds the program too. */
export function claimPath(location: string, cwd = process.cwd()): string {
  const path = resolve(cwd, location);
  const folder = dirname(path);
  const shared = folder === parse(folder).root || `${cwd}${sep}`.startsWith(`${folder}${sep}`);
  return `${shared ? path : folder}.operator`;
}
