export { fetchFile, fetchFileSchema } from "./fetch-file.ts";
