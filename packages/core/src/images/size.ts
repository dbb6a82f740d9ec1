/** Pixels. */
export interface ImageSize {
  readonly width: number;
  readonly height: number;
}

/** Finds the size of a picture in the first bytes of one type of files. */
export type ImageSizeReader = (bytes: Uint8Array, view: DataView) => ImageSize | undefined;

export function hasAscii(bytes: Uint8Array, at: number, text: string): boolean {
  if (at + text.length > bytes.byteLength) return false;
  for (let i = 0; i < text.length; i++) if (bytes[at + i] !== text.charCodeAt(i)) return false;
  return true;
}
