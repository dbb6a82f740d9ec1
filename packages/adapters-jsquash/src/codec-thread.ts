/** The program of a thread: it makes images, or the pixels of pictures, one after the other. */
import { parentPort, workerData } from "node:worker_threads";
import { ImageError, type ImageLimits } from "@plinth/core";
import { bundledCodecs as codecs } from "./bundled-codecs.ts";
import type { CodecAnswer, CodecJob, CodecMessage } from "./codec-threads.ts";
import { jsquashImages } from "./jsquash-images.ts";

const images = jsquashImages({ codecs, limits: workerData as ImageLimits });

async function answerOf(job: CodecJob): Promise<CodecAnswer> {
  try {
    if ("rendering" in job) return { image: await images.render(job.bytes, job.rendering) };
    return { pixels: await images.pixels!(job.bytes, job.size) };
  } catch (error) {
    if (error instanceof ImageError) return { failure: error.kind, message: error.message };
    return { failure: "invalid", message: String(error) };
  }
}

const say = (message: CodecMessage): void => parentPort!.postMessage(message);

parentPort!.on("message", (job: CodecJob) => void answerOf(job).then(say));
say({ ready: true });
