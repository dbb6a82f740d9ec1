import type { Images } from "@plinth/core";

/** For Node and Deno: without native code, on threads. It reads fewer kinds of pictures than sharp, and takes more time. */
export async function threadedCodec(): Promise<Images> {
  const { SERVER_LIMITS, threadedImages } = await import("@plinth/adapters-jsquash/threads");
  return threadedImages({ limits: SERVER_LIMITS });
}
