/** `context.step` of a function that runs a job. The server keeps the results, and says which steps have one. */
export const STEPS = `
const steps = {
  async run(name, work) {
    const begun = await call("$step.begin", [name]);
    if (begun.kept) return begun.result;
    try {
      return await call("$step.end", [name, await work()]);
    } catch (error) {
      await call("$step.fail", [name]);
      throw error;
    }
  },
  async all(works) {
    const run = async ([name, work]) => [name, await steps.run(name, work)];
    return Object.fromEntries(await Promise.all(Object.entries(works).map(run)));
  },
  sleep: (name, seconds) => call("$step.sleep", [name, seconds]),
  sleepUntil: (name, time) => call("$step.sleep_until", [name, time]),
  waitForEvent: (name, wait) => call("$step.wait", [name, wait]),
};
`;
