/** For tests of packages, which reach into no other package. */
export { codeFor } from "../../packages/auth/test/authenticator.ts";
