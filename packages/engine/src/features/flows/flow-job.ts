/** The kind of the jobs that are runs of flows. */
export const FLOW_JOB = "flow";
export const FLOW_QUEUE = "flows";
/** Attempts at nodes are counted by the nodes. These are for the deaths of servers. */
export const FLOW_ATTEMPTS = 20;
/** Bytes of JSON. */
export const MAX_FLOW_INPUT = 64 * 1024;
