import type { Ask } from './ask.ts';

/** An ask without a question: it has its answer when its state comes back (F17). */
export function checkpointAsk(key: string): Ask<void> {
  return {
    kind: 'checkpoint',
    key,
    question: '',
    needs: {},
    acceptsUnsolicited: false,
    render: () => undefined,
    judge: () => ({ ok: true, value: null }),
    revive: () => undefined,
  };
}
