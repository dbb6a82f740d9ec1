import type { Config } from "@plinth/core";
import type * as z from "zod";
import type { Engine, RequestContext } from "../../kernel/engine.ts";

/** Settings of a workspace about one subject: a file beside this one, and a line in `sections.ts`. */
export interface SettingsSection<Shape extends z.ZodRawShape> {
  /** Every setting, as it is stored. */
  readonly schema: z.ZodObject<Shape, z.core.$strict>;
  /** Settings that are stored encrypted, and shown to nobody. */
  readonly secrets?: readonly string[];
  /** What counts for a setting that the workspace has not made. */
  defaults(config: Config): z.output<z.ZodObject<Shape, z.core.$strict>>;
  /** Throws where this server cannot do what the settings ask for. */
  check?(engine: Engine, settings: z.output<z.ZodObject<Shape, z.core.$strict>>): void;
  /** Throws where a change names what is not there. What was set before may be gone, and is no reason to refuse another change. */
  checkChange?(ctx: RequestContext, change: Readonly<Record<string, unknown>>): Promise<void>;
}

/** Keeps the types of a section's settings. */
export const defineSection = <Shape extends z.ZodRawShape>(section: SettingsSection<Shape>): SettingsSection<Shape> =>
  section;
