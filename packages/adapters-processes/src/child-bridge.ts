/**
 * Builds `host` for the prelude out of functions of another realm: nothing of that one, neither a buffer nor an error, is ever seen inside. It runs before the program,
 * which may replace every global: what is used later is taken at the start.
 *
 * A callback of a `FinalizationRegistry` would run during the run of somebody else.
 */
export const BRIDGE = `(function (raw) {
"use strict";
for (const name of ["Atomics", "FinalizationRegistry", "SharedArrayBuffer", "WeakRef", "WebAssembly"]) delete globalThis[name];
const { apply, defineProperty } = Reflect;
const Bytes = Uint8Array;
const Buffers = ArrayBuffer;
const Failure = Error;
const Later = Promise;
const { set } = Bytes.prototype;
const Kinds = { RangeError, TypeError };
const copied = (outer) => {
  const made = new Buffers(outer.byteLength);
  apply(set, new Bytes(made), [new Bytes(outer)]);
  return made;
};
const guarded = (work) => (...values) => {
  let problem;
  try {
    return work(...values);
  } catch (error) {
    problem = { kind: error.name === "RangeError" ? "RangeError" : "TypeError", message: "" + error.message };
  }
  throw new Kinds[problem.kind](problem.message);
};
const bytes = (work) => {
  const make = guarded(work);
  return (value) => copied(make(value));
};
const host = { random: bytes(raw.random), utf8: bytes(raw.utf8) };
for (const name of ["call", "done", "failed", "tooLarge", "log", "timer", "clear", "text", "url"]) host[name] = guarded(raw[name]);
const own = (name, message, stack) => {
  const error = new Failure(message);
  for (const [key, value] of [["name", name], ["stack", stack]]) defineProperty(error, key, { value, writable: true, configurable: true });
  return error;
};
const deferred = () => {
  let settle;
  const promise = new Later((resolve, reject) => { settle = { resolve, reject }; });
  return { promise, resolve: settle.resolve, reject: settle.reject };
};
return { host, copied, own, deferred };
})`;
