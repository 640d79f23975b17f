/** What the deploy example does in the world: nothing, but it says so. */
export interface Plan {
  readonly build: string;
}

export async function planRelease(env: string): Promise<Plan> {
  return { build: `build 412 for ${env}` };
}

export async function release(plan: Plan, reason: string, idempotencyKey: string): Promise<void> {
  console.error(`releasing ${plan.build} because "${reason}", once per key ${idempotencyKey}`);
}
