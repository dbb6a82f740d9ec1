import { ownAccountSection } from "./own-account.ts";
import { pagesSection } from "./pages.ts";

/** What a workspace can set about its users' accounts. */
export const SECTIONS = { pages: pagesSection, own_account: ownAccountSection };
