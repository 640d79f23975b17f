import { CLIENT_CHECKS } from './client-checks.ts';
import type { StoreCheck } from './store-check.ts';
import { UPKEEP_CHECKS } from './upkeep-checks.ts';
import { WORKER_CHECKS } from './worker-checks.ts';

/** What every store does: run each against yours. */
export const storeChecks: readonly StoreCheck[] = [
  ...CLIENT_CHECKS,
  ...WORKER_CHECKS,
  ...UPKEEP_CHECKS,
];
