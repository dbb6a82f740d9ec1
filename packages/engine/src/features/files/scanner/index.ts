export { SCANNER_SCHEDULE, scanStored } from "./scan-contents.ts";
export { planScan, type ScanPlan } from "./scan-plan.ts";
export { openForScanner, SCAN } from "./scan-url.ts";
export { scanWaiting, stopScanning } from "./scan-waiting.ts";
