import type { FlowState } from '../claims.ts';

export const NOW = 1_800_000_000_000;

export function testState(overrides: Partial<FlowState> = {}): FlowState {
  return {
    flowId: 'AAAAAAAAAAAAAAAAAAAAAA',
    secret: 'BBBBBBBBBBBBBBBBBBBBBB',
    startedAt: NOW - 5_000,
    deadline: NOW + 86_400_000,
    round: 2,
    issuedAt: NOW,
    expiresAt: NOW + 3_600_000,
    binding: {
      audience: 'releases',
      method: 'tools/call',
      target: 'deploy',
      argumentsDigest: 'digest of the arguments',
      principal: 'anonymous',
      version: '',
    },
    content: { entries: [['f', 'go', 'yes']] },
    ...overrides,
  };
}
