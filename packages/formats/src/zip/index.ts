export { crc32 } from "./crc32.ts";
export { type ZipArchive, type ZipFile, zipArchive } from "./zip.ts";
