import * as z from "../../kernel/zod.ts";
import { defineSection } from "./section.ts";

const MAX_URLS = 100;

/** As `REDIRECT_URLS`: a page, or an address of an app's own scheme. Scripts are none. */
const page = z
  .string()
  .max(2000)
  .refine((text) => {
    const url = URL.parse(text);
    return url !== null && !/^(?:javascript|data|blob|vbscript|file):$/.test(url.protocol) && url.hash === "";
  }, "must be a whole address without a fragment, such as https://app.example.com/welcome");

/** Where links in mails and sign-ins by a provider may lead. */
export const redirectsSection = defineSection({
  schema: z.strictObject({
    site_url: page
      .nullable()
      .describe(
        "Where a user continues after signing in, if the request names no page; by default this server's own page",
      ),
    urls: z
      .array(page)
      .max(MAX_URLS)
      .describe("Pages elsewhere that a request may name, each in full. Paths of this server are always allowed"),
  }),
  defaults: ({ redirectUrls }) => ({ site_url: null, urls: [...redirectUrls] }),
});
