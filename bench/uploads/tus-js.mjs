// One upload by tus-js-client, as an app would make it. Arguments: the folder of the package.
import { createRequire } from "node:module";

/** `renew` gives a new token after a 401. */
export function uploaderOf(folder) {
  const { Upload } = createRequire(`${folder}/package.json`)("tus-js-client");
  return ({ endpoint, bytes, metadata, token, renew, deferred, parallel, onRetry }) =>
    new Promise((resolve, reject) => {
      let current = token;
      const upload = new Upload(bytes, {
        endpoint,
        metadata,
        metadataForPartialUploads: metadata,
        parallelUploads: parallel ? 3 : 1,
        uploadLengthDeferred: deferred,
        ...(deferred && { chunkSize: 3_000_000 }),
        retryDelays: Array.from({ length: 60 }, (_, n) => Math.min(100 * 2 ** n, 2000)),
        storeFingerprintForResuming: false,
        removeFingerprintOnSuccess: true,
        onBeforeRequest: (request) => request.setHeader("authorization", `Bearer ${current}`),
        async onAfterResponse(_, response) {
          if (response.getStatus() === 401) current = await renew(current);
        },
        onShouldRetry(error) {
          const status = error.originalResponse?.getStatus() ?? 0;
          onRetry(status);
          return status < 400 || status >= 500 || [401, 408, 409, 423, 429, 460].includes(status);
        },
        onError: reject,
        onSuccess: () => resolve(undefined),
      });
      upload.start();
    });
}
