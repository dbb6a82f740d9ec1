/** A part of the suite as a plain program, for runtimes other than the one that runs the tests: it starts few threads. */
import { runSuite } from "@plinth/conformance";
import { threadCases } from "./thread-cases.ts";

const results = await runSuite(threadCases());
process.stdout.write(`${JSON.stringify(results)}\n`);
