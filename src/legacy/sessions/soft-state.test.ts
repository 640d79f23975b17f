import { describe, expect, it } from 'vitest';
import { SoftState, SoftStates } from './soft-state.ts';

function listener(): { cancel(): void; watchedChanged(): void } {
  return { cancel() {}, watchedChanged() {} };
}

describe('what an instance remembers of sessions', () => {
  it('L6 is nothing for one that says and does nothing', () => {
    const states = new SoftStates();
    for (let i = 0; i < 1_000; i++) {
      const { state } = states.of(`session ${i}`);
      expect(state.logLevel).toBe('info');
      states.of(`session ${i}`).change(() => {});
    }
    expect(states.size).toBe(0);
  });

  it('L6 is the same for requests that overlap', () => {
    const states = new SoftStates();
    const [one, two] = [states.of('a'), states.of('a')];
    one.change((state) => state.watch('test://1'));
    two.change((state) => state.watch('test://2'));
    one.change((state) => state.unwatch('test://3'));
    expect(states.of('a').state.watched).toEqual(['test://1', 'test://2']);
  });

  it('L6 is of 10,000 sessions, those with an open stream before others', () => {
    const states = new SoftStates();
    states.of('open').change((state) => state.streams.push(listener()));
    for (let i = 0; i < 11_000; i++) states.of(`s${i}`).change((state) => state.watch('test://r'));
    expect(states.size).toBe(10_000);
    expect(states.of('open').state.isOpen).toBe(true);
    expect(states.of('s0').state.watched).toEqual([]);
    expect(states.of('s10999').state.watched).toEqual(['test://r']);
  });

  it('L6 is of 1,000 resources with URIs of 2 KiB', () => {
    const { state } = new SoftStates().of('a');
    for (let i = 0; i < 1_000; i++) expect(state.watch(`test://${i}`)).toBe(true);
    expect(state.watch('test://0')).toBe(true);
    expect(state.watch('test://more')).toBe(false);
    state.unwatch('test://0');
    expect(state.watch(`test://${'x'.repeat(2_048)}`)).toBe(false);
    expect(state.watch('test://more')).toBe(true);
  });

  it('L15 is listened to anew by the newest stream only, and by the next one when that ends', () => {
    const state = new SoftState();
    const changes: string[] = [];
    const [one, two, three] = ['one', 'two', 'three'].map((name) => {
      return { cancel() {}, watchedChanged: () => void changes.push(name) };
    });
    state.streams.push(one!, two!, three!);
    for (let i = 0; i < 5; i++) state.watch(`test://${i}`);
    expect(changes.splice(0)).toEqual(Array(5).fill('three'));
    state.streamEnded(one!);
    expect(changes).toEqual([]);
    state.streamEnded(three!);
    state.unwatch('test://0');
    expect(changes.splice(0)).toEqual(['two', 'two']);
    state.streamEnded(two!);
    expect([changes, state.streams]).toEqual([[], []]);
  });
});
