export { zipChecksum } from "./checksum.ts";
export { type ZipArchive, type ZipFile, zipArchive } from "./zip.ts";
