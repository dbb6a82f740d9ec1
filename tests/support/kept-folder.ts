import { tmpdir } from "node:os";

/** Where files for people to look at outlive the tests: the folder for temporary files of a run of `npm test` does not. */
export const KEPT_FOLDER = process.env.PLINTH_TEST_KEPT ?? tmpdir();
