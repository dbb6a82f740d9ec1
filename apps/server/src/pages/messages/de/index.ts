import type { Messages } from "../en/index.ts";
import { account } from "./account.ts";
import { common } from "./common.ts";
import { server } from "./server.ts";
import { signIn } from "./sign-in.ts";

export const de: Messages = { ...common, ...signIn, ...account, ...server };
