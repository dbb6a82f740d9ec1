// Sends files by tus-js-client, as an app would. It runs in Node; its argument is a file of JSON: see `SentByNode` in trial.ts.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

const given = JSON.parse(readFileSync(process.argv[2], "utf8"));
const { Upload } = createRequire(`${given.folder}/package.json`)("tus-js-client");
const noise = readFileSync(given.noise);
const statuses = {};
const failed = [];
const refused = [];
const begun = [];
let restarts = 0;
/** An app lets its user press a button so often. */
const MOST_RESTARTS = 20;
let { token } = given;
let renewals = 0;
let renewing;

/** Once for all that hold the old one. */
function renew(old) {
  if (old !== token) return token;
  renewing ??= signIn().then((next) => {
    renewals++;
    renewing = undefined;
    token = next;
    return next;
  });
  return renewing;
}

async function signIn() {
  for (let tries = 0; ; tries++) {
    try {
      const { url, body } = given.signIn;
      const init = { method: "POST", body: JSON.stringify(body), headers: { "content-type": "application/json" } };
      const answer = await fetch(url, init);
      if (answer.ok) return (await answer.json()).token;
      throw new Error(`sign-in: ${answer.status} ${await answer.text()}`);
    } catch (error) {
      if (tries > 120) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

function send({ bucket, path, from, size, deferred, parallel }) {
  let current = token;
  const metadata = { bucket, path };
  return new Promise((resolve, reject) => {
    let begun = 1;
    const upload = new Upload(noise.subarray(from, from + size), {
      endpoint: given.endpoint,
      metadata,
      metadataForPartialUploads: metadata,
      parallelUploads: parallel ? 3 : 1,
      uploadLengthDeferred: deferred,
      ...(deferred && { chunkSize: 3_000_000 }),
      retryDelays: Array.from({ length: 120 }, (_, n) => Math.min(100 * 2 ** n, 2000)),
      onBeforeRequest: (request) => request.setHeader("authorization", `Bearer ${current}`),
      async onAfterResponse(_, response) {
        if (response.getStatus() !== 401) return;
        current = await renew(current);
        // Otherwise this client takes the upload for gone, and begins another.
        throw new Error("the token has expired");
      },
      onShouldRetry(error) {
        const status = error.originalResponse?.getStatus() ?? 0;
        statuses[status] = (statuses[status] ?? 0) + 1;
        return status < 400 || status >= 500 || [401, 408, 409, 423, 429, 460].includes(status);
      },
      onError(error) {
        // This client does not try again where the connection of its last request, which joins pieces, was cut: the app does.
        if (error.originalResponse || begun++ > MOST_RESTARTS) return reject(error);
        restarts++;
        setTimeout(() => upload.start(), 500);
      },
      onSuccess: resolve,
    });
    upload.start();
  });
}

const waiting = given.files.values();
const work = async () => {
  for (const file of waiting) {
    if (Date.now() > given.until) return;
    begun.push(file.path);
    await send(file).catch((error) => {
      const { originalResponse } = error;
      if (file.bucket !== given.closed) failed.push(`${file.path}: ${error.message}`);
      else refused.push(`${originalResponse?.getStatus()} ${originalResponse?.getBody()}`);
    });
  }
};
await Promise.all(Array.from({ length: given.atOnce }, work));
console.log(JSON.stringify({ begun, statuses, renewals, restarts, refused, failed }));
process.exit(0);
