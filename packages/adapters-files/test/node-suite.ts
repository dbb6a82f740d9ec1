/** The suite as a plain program, for runtimes other than the one that runs the tests: `<program> <folder>`. */
import process from "node:process";
import { fileStoreCases, runSuite } from "@plinth/conformance";
import { diskFileStore } from "../src/disk-file-store.ts";

const folder = process.argv[2]!;
const results = await runSuite(fileStoreCases({ open: () => diskFileStore({ folder: `${folder}/made/for/it` }) }));
process.stdout.write(`${JSON.stringify(results)}\n`);
