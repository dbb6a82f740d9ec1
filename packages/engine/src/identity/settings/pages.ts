import { plainText } from "../../kernel/plain-text.ts";
import * as z from "../../kernel/zod.ts";
import { isPageLink, pageLink } from "./page-link.ts";
import { defineSection } from "./section.ts";

/** It is a part of every page. */
const MAX_DATA = 16_000;

const PICTURE = /^data:image\/(?:png|jpeg|webp|gif|svg\+xml);base64,[A-Za-z0-9+/]+={0,2}$/;

const logo = z
  .string()
  .max(MAX_DATA)
  .refine(
    (text) => PICTURE.test(text) || isPageLink(text),
    `must be a path of this server, an https address, or a picture as data:image/…;base64 of at most ${MAX_DATA} characters`,
  );

const colour = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, "must be a colour as #rrggbb")
  .transform((text) => text.toLowerCase());

/** How the pages for the workspace's users look. */
export const pagesSection = defineSection({
  schema: z.strictObject({
    name: plainText(1, 80).nullable().describe("The name on the pages; by default the workspace's"),
    logo_url: logo.nullable().describe("Shown in a square of 40 pixels"),
    accent: colour
      .nullable()
      .describe("The colour of buttons and links; made darker or lighter where it could not be read"),
    privacy_url: pageLink.nullable().describe("The privacy policy, which who signs up must have read"),
  }),
  defaults: () => ({ name: null, logo_url: null, accent: null, privacy_url: null }),
});
