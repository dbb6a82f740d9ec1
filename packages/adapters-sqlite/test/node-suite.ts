/** The suite as a plain program, for runtimes other than the one that runs the tests: `<program> <folder>`. */
import { runSuite, sqlDriverCases } from "@plinth/conformance";
import { nodeSqlite } from "../src/node.ts";
import { readPoolCases } from "./read-pool-cases.ts";

const folder = process.argv[2]!;
const open = () => nodeSqlite({ path: `${folder}/made/for/it/test.db` });
const results = await runSuite([
  ...sqlDriverCases({ dialect: "sqlite", open, openAnother: open, openToClose: open }),
  ...readPoolCases(folder, nodeSqlite),
]);
process.stdout.write(`${JSON.stringify(results)}\n`);
