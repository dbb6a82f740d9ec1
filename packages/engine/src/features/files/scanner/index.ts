export { SCANNER_SCHEDULE, scanStored, scanWaiting } from "./scan-contents.ts";
export { planScan, type ScanPlan } from "./scan-plan.ts";
export { openForScanner, SCAN } from "./scan-url.ts";
