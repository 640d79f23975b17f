import { describe, expect, it } from 'vitest';
import { CallStreams, type ResumableStream } from './call-streams.ts';

let looks = 0;

class KeepingStream implements ResumableStream {
  readonly id: string;
  readonly session = 's';
  readonly isOver: boolean;
  bytes = 0;

  constructor(id: string, isOver: boolean) {
    this.id = id;
    this.isOver = isOver;
  }

  keep(bytes: number, streams: CallStreams): void {
    this.bytes += bytes;
    streams.keeps(this, bytes);
  }

  dropEvents(): number {
    looks++;
    const { bytes } = this;
    this.bytes = 0;
    return bytes;
  }

  isBeyond(): boolean {
    return false;
  }
  sessionEnded(): void {}
  attach(): boolean {
    return true;
  }
  close(): void {}
}

/** Streams that keep 8 KiB each, the first of them of calls that still run. */
function kept(count: number, running = 0): KeepingStream[] {
  const streams = new CallStreams();
  return Array.from({ length: count }, (_, i) => {
    const stream = new KeepingStream(`${i}`, i >= running);
    streams.add(stream);
    stream.keep(8_192, streams);
    return stream;
  });
}

describe('events that are kept for clients that may come back', () => {
  it('L13 are at most 64 MiB, and those of calls that have ended go first, the oldest before others', () => {
    const streams = kept(9_000, 100);
    const bytes = streams.reduce((sum, stream) => sum + stream.bytes, 0);
    expect(bytes).toBeLessThanOrEqual(64 * 1_048_576);
    expect(bytes).toBeGreaterThan(48 * 1_048_576 - 8_192);
    expect(streams.slice(0, 100).every((stream) => stream.bytes > 0)).toBe(true);
    expect(streams[100]!.bytes).toBe(0);
    expect(streams.at(-1)!.bytes).toBe(8_192);
  });

  it('L13 cost the same for each stream when there are too many, however many streams there are', () => {
    for (const count of [20_000, 80_000]) {
      looks = 0;
      kept(count);
      expect(looks).toBeLessThanOrEqual(count);
    }
  });
});
