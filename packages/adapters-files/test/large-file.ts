/** Prints by how many bytes it grew while a file of that size went in and out: `<program> <folder> <bytes>`. */
import process from "node:process";
import { memoryGrowth } from "../../../tests/support/memory-growth.ts";
import { diskFileStore } from "../src/disk-file-store.ts";

const [folder = "", bytes] = process.argv.slice(2);
process.stdout.write(`${await memoryGrowth(diskFileStore({ folder }), Number(bytes))}\n`);
