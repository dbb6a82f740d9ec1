/** Texts stand in the code in English; `locales/de.po` holds them in German. */
export default {
  sourceLocale: "en",
  locales: ["en", "de"],
  catalogs: [{ path: "<rootDir>/src/locales/{locale}", include: ["<rootDir>/src"] }],
};
