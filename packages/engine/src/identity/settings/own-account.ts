import * as z from "../../kernel/zod.ts";
import { defineSection } from "./section.ts";

/** What users may do with their own accounts. */
export const ownAccountSection = defineSection({
  schema: z.strictObject({
    deletion: z
      .enum(["off", "release", "delete"])
      .describe(
        "Whether users may delete their accounts, and what happens to the items that they own: `release`: they stay, and have no owner. `delete`: they are deleted too",
      ),
  }),
  defaults: () => ({ deletion: "release" as const }),
});
