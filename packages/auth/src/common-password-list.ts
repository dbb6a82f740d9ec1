// A module of its own, so that the list is loaded on first use, and its names are found in whichever form a bundler takes it.
import { dictionary } from "@zxcvbn-ts/language-common";

/** From the most to the least common, in lower case. */
export const commonPasswords: readonly string[] = dictionary["passwords-common"];
