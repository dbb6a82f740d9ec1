export { type DirectPart, type DirectUpload, findDirectUpload } from "./direct-upload.ts";
export {
  abortDirectUpload,
  beginDirectSchema,
  beginDirectUpload,
  completeDirectSchema,
  completeDirectUpload,
  type DirectPartInput,
  storeDirectPart,
} from "./write-direct.ts";
