/** `npm run admin:texts`: brings the admin's catalogs of texts up to date with its code, and names what is to be translated. */
import { compareTexts, extractTexts } from "./admin/texts.ts";

await extractTexts();
for (const { language, now } of await compareTexts()) {
  const open = [...now].filter(([, text]) => text === "").map(([id]) => id);
  console.log(`${language}: ${now.size} texts${open.length > 0 ? `, ${open.length} without a translation` : ""}`);
  if (language !== "en") for (const id of open) console.log(`  ${JSON.stringify(id)}`);
}
