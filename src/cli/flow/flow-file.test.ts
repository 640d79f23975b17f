import { chmodSync, existsSync, readFileSync, readdirSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../test-support/temporary-folder.ts';
import { begin } from '../../client/flows/snapshot.ts';
import { FlowFile } from './flow-file.ts';
import type { SavedFlow } from './saved-flow.ts';

const FLOW: SavedFlow = {
  format: 1,
  address: { url: 'https://example.com/mcp' },
  env: [],
  roots: [],
  hadHeaders: false,
  refused: [],
  flow: begin('tools/call', { name: 'tool' }),
};

let path: string;
beforeEach(() => {
  path = join(temporaryFolder(), 'flow.json');
});

describe('the file of a flow', () => {
  it('is there only once it is written, for its owner alone, and nothing beside it', () => {
    const file = FlowFile.create(path);
    expect(existsSync(path)).toBe(false);
    file.write(FLOW);
    file.write({ ...FLOW, refused: ['key'] });
    expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(readdirSync(dirname(path))).toEqual(['flow.json']);
    expect(FlowFile.open(path).saved).toEqual({ ...FLOW, refused: ['key'] });
    file.remove();
    expect(existsSync(path)).toBe(false);
  });

  it('becomes private even if the one before was not', () => {
    FlowFile.create(path).write(FLOW);
    chmodSync(path, 0o644);
    FlowFile.open(path).file.write(FLOW);
    expect(statSync(path).mode & 0o777).toBe(0o600);
  });

  it('does not take the place of another', () => {
    writeFileSync(path, 'precious');
    expect(() => FlowFile.create(path)).toThrow('exists');
    expect(readFileSync(path, 'utf8')).toBe('precious');
  });

  it('is refused at once where none can be written', () => {
    expect(() => FlowFile.create(join(path, 'deeper'))).toThrow('cannot be saved');
  });

  it('does not take the place of a folder, and says so', () => {
    expect(() => FlowFile.create(dirname(path))).toThrow('is a folder: name a file');
  });

  it.each([
    ['env', 'x'],
    ['env', [5]],
    ['roots', {}],
    ['refused', 7],
    ['hadHeaders', 'yes'],
    ['server', 'x'],
    ['drafts', 5],
    ['drafts', { key: 5 }],
  ])('is refused as damaged, by its name, where %s is %j', (part, value) => {
    writeFileSync(path, JSON.stringify({ ...FLOW, [part]: value }));
    expect(() => FlowFile.open(path)).toThrow(`${path} is damaged: its '${part}'`);
    for (const name of ['env', 'roots', 'refused', 'hadHeaders']) {
      writeFileSync(path, JSON.stringify({ ...FLOW, [name]: undefined }));
      expect(() => FlowFile.open(path)).toThrow(`its '${name}'`);
    }
  });

  it.each([
    { command: 'node', args: [5], cwd: '/' },
    { command: 'node', args: [] },
  ])('is refused where the server is %j', (address) => {
    writeFileSync(path, JSON.stringify({ ...FLOW, address }));
    expect(() => FlowFile.open(path)).toThrow('does not say which server');
  });

  it.each([
    ['', 'is not a flow'],
    ['{}', 'is not a flow'],
    [JSON.stringify({ ...FLOW, format: 2 }), 'another version'],
    [JSON.stringify({ ...FLOW, flow: { ...FLOW.flow, era: '2031-01-01' } }), 'another version'],
  ])('is refused as %s', (content, message) => {
    writeFileSync(path, content);
    expect(() => FlowFile.open(path)).toThrow(message);
  });

  it('has to be there', () => {
    expect(() => FlowFile.open(path)).toThrow('cannot be read');
  });
});
