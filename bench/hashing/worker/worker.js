import { scrypt } from "node:crypto";

/** Answers once it has computed a key of the cost in the body. */
export default {
  async fetch(request) {
    const { ln, r, p } = await request.json();
    const N = 2 ** ln;
    const options = { N, r, p, maxmem: 256 * r * (N + p) };
    await new Promise((resolve, reject) => {
      scrypt("correct horse battery", "salt of sixteen.", 64, options, (error) => (error ? reject(error) : resolve()));
    });
    return new Response();
  },
};
