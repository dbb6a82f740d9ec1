import type { JobSteps } from "@plinth/core";

/** Steps of a function that runs as a node: their names are behind its place in the run. */
export function stepsWithin(steps: JobSteps, path: string): JobSteps {
  const own = (name: string): string => `${path}.function.${name}`;
  return {
    ...steps,
    run: (name, work) => steps.run(own(name), work),
    all(works) {
      const entries = Object.entries(works).map(async ([name, work]) => {
        return [name, await steps.run(own(name), work as () => never)] as const;
      });
      return Promise.all(entries).then(Object.fromEntries) as never;
    },
    sleep: (name, seconds) => steps.sleep(own(name), seconds),
    sleepUntil: (name, time) => steps.sleepUntil(own(name), time),
    waitForEvent: (name, wait) => steps.waitForEvent(own(name), { ...wait, event: wait.event ?? name }),
  };
}
