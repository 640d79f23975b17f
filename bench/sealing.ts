/** What a state costs on its way out and in, by size. */
import { KeyRing, generateKey } from '../src/state/key-ring.ts';
import type { FlowState } from '../src/state/claims.ts';
import { writePayload } from '../src/state/payload.ts';
import { DEFAULT_MAX_STATE, StateSeal, sealedProtection } from '../src/state/state-seal.ts';
import { costOf } from './timing.ts';

const SIZES = [300, 1024, 4096];

export interface SealingCost {
  readonly bytes: number;
  readonly characters: number;
  /** Microseconds, with writing the JSON. */
  readonly seal: number;
  /** Microseconds, with reading the JSON and all checks. */
  readonly open: number;
}

export async function sealingCosts(): Promise<readonly SealingCost[]> {
  const box = new StateSeal(
    sealedProtection(new KeyRing([generateKey()])),
    DEFAULT_MAX_STATE,
    Date.now,
  );
  const costs: SealingCost[] = [];
  for (const size of SIZES) {
    const state = stateOf(size);
    const sealed = box.seal(state);
    const expected = { ...state.binding, accepts: [] };
    costs.push({
      bytes: writePayload(state).length,
      characters: sealed.length,
      seal: await costOf(() => box.seal(state)),
      open: await costOf(() => box.open(sealed, expected)),
    });
  }
  return costs;
}

/** A state of at least `size` bytes: short answers, with what is recorded beside them. */
function stateOf(size: number): FlowState {
  const rows: (readonly unknown[])[] = [];
  const startedAt = Date.now();
  const lifetime = 86_400_000;
  const state = {
    flowId: 'AAECAwQFBgcICQoLDA0ODw',
    secret: 'EBESExQVFhcYGRobHB0eHw',
    startedAt,
    deadline: startedAt + lifetime,
    round: 2,
    issuedAt: startedAt,
    expiresAt: startedAt + lifetime,
    binding: {
      audience: 'bench',
      method: 'tools/call',
      target: 'interview',
      argumentsDigest: 'kR1mQ0dNbU1yY3Vt',
      principal: '',
      version: '',
    },
    content: [{ elicitation: { form: {} } }, [rows, []], null],
  } as unknown as FlowState;
  for (let number = 0; writePayload(state).length < size; number++) {
    const outcome = { content: { reason: `reason ${number}` } };
    rows.push(['f', `why-${number}`, 1234, 0, outcome, 'mAbCdEfGhIjK', 'sAbCdEfGhIjK']);
  }
  return state;
}
