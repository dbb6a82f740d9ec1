export { type ArchivedFile, openFolderArchive } from "./folder-archive.ts";
