import { transformSync } from "esbuild";

/** A bundle as a script with its exports in one global, for programs that cannot run modules. */
export function toScript(bundle: string, globalName: string): string {
  return transformSync(bundle, { format: "iife", globalName, supported: { "dynamic-import": false } }).code;
}
