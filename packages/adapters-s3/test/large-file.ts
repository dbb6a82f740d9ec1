/** Prints by how many bytes it grew while a file of that size went in and out: `<program> <options as JSON> <bytes>`. */
import process from "node:process";
import { memoryGrowth } from "../../../tests/support/memory-growth.ts";
import { s3FileStore } from "../src/s3-file-store.ts";

const [options = "", bytes] = process.argv.slice(2);
process.stdout.write(`${await memoryGrowth(s3FileStore(JSON.parse(options)), Number(bytes))}\n`);
