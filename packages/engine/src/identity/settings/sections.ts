import { ownAccountSection } from "./own-account.ts";
import { pagesSection } from "./pages.ts";
import { passwordsSection } from "./passwords.ts";

/** What a workspace can set about its users' accounts. */
export const SECTIONS = { pages: pagesSection, own_account: ownAccountSection, passwords: passwordsSection };
