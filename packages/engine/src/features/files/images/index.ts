export { addImageFields } from "./add-fields.ts";
export { type ImageInput, openImage } from "./open-image.ts";
