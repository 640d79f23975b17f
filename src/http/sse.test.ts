import { describe, expect, it } from 'vitest';
import { oldSseEvent, sseEvent } from './sse.ts';

describe('HS-12 an event', () => {
  it('is a message', () => expect(sseEvent('{}')).toBe('event: message\ndata: {}\n\n'));

  it.each([
    [{ message: '{}' }, 'event: message\ndata: {}\n\n'],
    [{ message: '{}', id: '7' }, 'event: message\nid: 7\ndata: {}\n\n'],
    [{ id: '7', retry: 0 }, 'id: 7\nretry: 0\ndata: \n\n'],
    [{ message: '', id: '' }, 'event: message\nid: \ndata: \n\n'],
  ])('of an old client says where to come back to: %j', (event, text) => {
    expect(oldSseEvent(event)).toBe(text);
  });
});
