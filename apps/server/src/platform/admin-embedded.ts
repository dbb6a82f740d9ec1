import type { AdminFiles } from "@plinth/core";

/** The build puts the texts of the admin's page and of its list of files here. Absent in the sources. */
declare const PLINTH_ADMIN: Readonly<Record<string, string>>;

const TEXTS = typeof PLINTH_ADMIN === "undefined" ? {} : PLINTH_ADMIN;

/**
 * For hosts whose functions have no files. The host itself answers at `/admin/assets`, before the function, and
 * compresses.
 */
export const embeddedAdmin: AdminFiles = {
  read(name) {
    const text = Object.hasOwn(TEXTS, name) ? TEXTS[name] : undefined;
    return text === undefined ? undefined : new TextEncoder().encode(text);
  },
  hostCompresses: true,
};
