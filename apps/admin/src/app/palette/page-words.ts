import type { MessageDescriptor } from "@lingui/core";
import { msg } from "@lingui/core/macro";

/** What else somebody may look for who means a page, by the page's path: words with spaces between. */
export const PAGE_WORDS: Readonly<Record<string, MessageDescriptor>> = {
  changes: msg`history undo restore revision audit`,
  collections: msg`tables schema data import export backup`,
  exposure: msg`public open access`,
  health: msg`doctor status problems`,
  keys: msg`API key token secret`,
  mail: msg`email outbox templates texts language translation`,
  members: msg`invite team colleague`,
  operators: msg`administrators invite accounts staff`,
  organizations: msg`teams groups tenants`,
  reference: msg`API documentation OpenAPI`,
  roles: msg`rights permissions groups`,
  rules: msg`rights permissions access`,
  "security-log": msg`audit log sign-ins history`,
  settings: msg`general name language delete archive`,
  "sign-in": msg`password sign-up login provider OAuth look logo color`,
  users: msg`accounts people invite block password`,
  workspaces: msg`customers projects tenants`,
};
