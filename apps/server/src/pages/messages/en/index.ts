import { account } from "./account.ts";
import { common } from "./common.ts";
import { server } from "./server.ts";
import { signIn } from "./sign-in.ts";

/** English, and the list of what every language says. */
export const en = { ...common, ...signIn, ...account, ...server };

export type Messages = typeof en;
