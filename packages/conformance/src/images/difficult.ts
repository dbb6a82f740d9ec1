import { pngFile } from "./png.ts";

const of = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (char) => char.charCodeAt(0));

/** 40 × 20, its left half red and its right half blue. */
export const DIFFICULT = {
  /** Two frames; the second is green. */
  animation: of(
    "UklGRpAAAABXRUJQVlA4WAoAAAACAAAAJwAAEwAAQU5JTQYAAAD/////AABBTk1GNAAAAAAAAAAAACcAABMAAGQAAAJWUDhMGwAAAC8nwAQADxDzv//zHw4EAoQD/7UGBET0P0rYAwBBTk1GKAAAAAAAAAAAACcAABMAAGQAAABWUDhMDwAAAC8nwAQAB9D/iP4HIqL/AQA=",
  ),
  /** The four inks of print. */
  cmyk: of(
    "/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwANCQoLCggNCwoLDg4NDxMgFRMSEhMnHB4XIC4pMTAuKS0sMzpKPjM2RjcsLUBXQUZMTlJTUjI+WmFaUGBKUVJP/8AAFAgAFAAoBEMRAE0RAFkRAEsRAP/EABgAAQEBAQEAAAAAAAAAAAAAAAAHBQgG/8QAHBABAAEEAwAAAAAAAAAAAAAAAAcFRYPDQ4LB/9oADgRDAE0AWQBLAAA/AKcmCYKcAJtMFoza2nR+br6p8MXnBsE2aSnAA6SeacxAAm0wWjNradH5uvqnwxecGwTZpKcADpJ5pzEACbTBaM2tp0fm6+qfDF5wbBNmkpwAP//Z",
  ),
} as const;

/** The same with 16 bits for each colour. */
export function deepPng(): Promise<Uint8Array<ArrayBuffer>> {
  const [width, height] = [40, 20];
  const rows = new Uint8Array(height * (1 + width * 8));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const color = x < width / 2 ? [255, 255, 0, 0, 0, 0, 255, 255] : [0, 0, 0, 0, 255, 255, 255, 255];
      rows.set(color, y * (1 + width * 8) + 1 + x * 8);
    }
  }
  return pngFile({ width, height, bits: 16 }, rows);
}

/** A JPEG with an orientation, from 1 to 8, in place of its own metadata. */
export function orientedJpeg(jpeg: Uint8Array, orientation: number): Uint8Array<ArrayBuffer> {
  const exif = [0xff, 0xe1, 0, 34, 0x45, 0x78, 0x69, 0x66, 0, 0];
  const tiff = [0x49, 0x49, 42, 0, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, orientation, 0, 0, 0, 0, 0, 0, 0];
  return Uint8Array.from([...jpeg.subarray(0, 2), ...exif, ...tiff, ...jpeg.subarray(2)]);
}
