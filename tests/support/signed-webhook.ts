/** For tests of packages: whether a message was signed, by the library that receivers use. */
export { verified } from "../../apps/server/src/testing/signed-message.ts";
