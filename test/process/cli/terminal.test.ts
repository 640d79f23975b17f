/** The command line in a terminal of 80 columns, as a person sees and uses it. */
import { chmodSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { temporaryFolder } from '../../../src/cli/test-support/temporary-folder.ts';
import { McpServer } from '../../../src/server/server.ts';
import { type Serving, serve } from '../../../src/http/node/serve.ts';
import { generateKey } from '../../../src/state/key-ring.ts';
import { cliServer } from '../../programs/shop/server.ts';
import { Key, Terminal } from '../../support/cli/terminal.ts';
import { Program } from '../../support/program.ts';

const { enter, down, up, right, space, escape, clear, ctrlC, ctrlD, ctrlZ } = Key;

let serving: Serving;
let url: string;
let folder: string;
/** Lets the tool `slow` go on with its next part. */
let goOn: () => void;

beforeAll(async () => {
  const between = (): Promise<void> => new Promise((resolve) => (goOn = resolve));
  const server = cliServer({ state: { keys: [generateKey()] } }, between);
  serving = await serve(server, { port: 0, signals: false });
  url = serving.url;
});
afterAll(() => serving.close());

beforeEach(() => {
  folder = temporaryFolder();
});

let terminal: Terminal;
afterEach(() => terminal.signal('SIGKILL'));

function open(args: readonly string[], env: Record<string, string> = {}, cwd = '.'): Terminal {
  terminal = new Terminal(args, env, cwd);
  return terminal;
}

/** What is left on the screen, with the server's address as in the documents. */
async function screen(): Promise<string> {
  return (await terminal.text()).replaceAll(url, 'http://127.0.0.1:3000/mcp');
}

/** What holds at the end of everything. */
async function endsWith(code: number): Promise<void> {
  expect(await terminal.ended()).toBe(code);
  expect(await terminal.text()).not.toMatch(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏]/);
  expect(terminal.overflowing()).toEqual([]);
  expect(terminal.showsCursor).toBe(true);
}

describe('a form in the terminal', () => {
  it('EL-7 EL-9 a form in the terminal has a prompt for every kind of field, and says what is wrong with a value', async () => {
    const { see, press } = bound(open(['call', url, 'book']));
    await see('Name (2 to 20 characters)');
    press(enter);
    await see('An answer is needed.');
    press('A', enter);
    await see('Expected: 2 to 20 characters.');
    press('nn', enter);
    await see('E-mail (optional; an e-mail address)');
    press('nobody', enter);
    await see('Expected: an e-mail address.');
    press(clear, enter);
    await see('Share (optional; a number, 0 to 1)');
    press('2', enter);
    await see('Expected: a number, 0 to 1.');
    press(clear, '0.5', enter);
    await see(/Guests \(a whole number, 1 to 9\)\n│ {2}2█/);
    press(clear, 'three', enter);
    await see('Expected: a whole number, 1 to 9.');
    press(clear, '3', enter);
    await see(/Smoking\n│ {2}On the terrace only\.\n│ {2}○ Yes\n│ {2}● No/);
    press(up, enter);
    await see(/Quiet \(optional\)\n│ {2}● \(no answer\)\n│ {2}○ Yes\n│ {2}○ No/);
    press(enter);
    await see(/Table\n│ {2}○ small\n│ {2}● large/);
    press(up, enter);
    await see(/Area\n│ {2}● Indoors\n│ {2}○ Terrace/);
    press(down, enter);
    await see(/Days \(1 to 2 choices\)\n│ {2}◻ fri\n│ {2}◻ sat\n│ {2}◻ sun/);
    press(space, down, space, down, space, enter);
    // The message stands before the prompt that is shown again: `see` would look behind it.
    await expect
      .poll(screen)
      .toMatch(/▲ {2}Expected: 1 to 2 choices\.\n│\n◆[^]*◼ fri\n│ {2}◼ sat\n│ {2}◼ sun/);
    press(space, enter);
    await see('Extras (optional)');
    press(down, space, enter);
    await see('Send this to The Shop?');
    expect(await screen()).toContain(REVIEW);
    press(enter);
    await endsWith(0);
    const text = await terminal.text();
    expect(JSON.parse(text.slice(text.lastIndexOf('\n{')))).toEqual({
      action: 'accept',
      content: {
        name: 'Ann',
        share: 0.5,
        guests: 3,
        smoking: true,
        size: 'small',
        area: 'out',
        days: ['sat', 'sun'],
        extras: ['band'],
      },
    });
  });

  it('EL-9 a form in the terminal is reviewed, edited and sent', async () => {
    const { see, seeQuestion, press } = bound(open(['call', url, 'deploy', '--arg', 'env=prod']));
    await see(/reason \(at least 3 characters\)\n│ {2}Goes into the log\./);
    press('typo', enter);
    await see('when');
    press(enter);
    await see('Send this to The Shop?');
    expect(await screen()).toContain('│  reason: typo   │\n│  when: tonight  │');
    press(down, enter);
    await see('Edit which?');
    press(enter);
    await see('typo█');
    press(clear, 'the fix', enter);
    await see('Send this to The Shop?');
    press(enter);
    await seeQuestion('Really tonight?');
    press(up, enter);
    await see('Send this to The Shop?');
    press(enter);
    await endsWith(0);
    expect(await screen()).toMatch(/\nDeployed build 412 to prod: the fix\.$/);
  });

  it('EL-9 a form in the terminal is declined or cancelled at any time, and gone back to', async () => {
    const { see, seeQuestion, press } = bound(open(['call', url, 'both']));
    await see('Confirm');
    expect(await screen()).toContain(
      '┌  Question 1 of 2 from The Shop\n│  Address: http://127.0.0.1:3000/mcp\n│  Calls itself: shop 1.2.0\n',
    );
    press(escape);
    await see('Leave this question?');
    press(enter);
    await see('Confirm');
    press(escape);
    await see('Leave this question?');
    press(down, enter);
    await seeQuestion('Question 2 of 2');
    press(up, enter);
    await see('Send this to The Shop?');
    press(up, enter);
    await endsWith(1);
    expect(await screen()).toContain('└  Declined.');
    expect(await screen()).toContain('└  Cancelled.');
    expect(await screen()).toContain("false and false\nrondo: not all was answered ('one', 'two')");
  });

  it('a form in the terminal does not take for an answer what was typed before it was asked', async () => {
    const { see, press } = bound(open(['call', url, 'both']));
    // All at once, long before anything can be seen.
    press([enter, up, enter, enter].join(''));
    await see('Confirm');
    press(enter);
    await see('Send this to The Shop?');
    expect(await screen()).not.toContain('Confirm: Yes');
  });

  it('a form in the terminal shows presets, which are only taken as text', async () => {
    const { see, press } = bound(open(['call', url, 'preset']));
    await see('as is█');
    press(enter);
    await see('◼ sat\n│  ◻ sun');
    press(space, enter);
    await see('Send this');
    expect(await screen()).toContain('│  note: as is   │\n│  days: (none)  │');
    press(enter);
    await endsWith(0);
    expect(await screen()).toContain('{"action":"accept","content":{"note":"as is","days":[]}}');
  });

  it('a form in the terminal fits it, however long its texts are', async () => {
    const { see, press } = bound(open(['call', url, 'wide']));
    await see('xxx');
    press(enter);
    await see('○ Yes');
    press(enter);
    await see('○ short');
    press(enter);
    await see('◻ many');
    press(space, enter);
    await see('● Send');
    press(enter);
    await endsWith(0);
    const lines = (await screen()).split('\n');
    expect(lines.pop()).toBe('accept');
    // No text of a server's begins a line.
    expect(lines.filter((line) => !/^[┌│◇◻└├●╮╯╭╰]|^$/.test(line))).toEqual([]);
    expect(lines).toContainEqual(expect.stringMatching(/^│ {2}Enter alone answers:/));
  });

  it('a form cannot send escape sequences to the terminal', async () => {
    const { see, press } = bound(open(['call', url, 'hostile']));
    await see('Confirm');
    expect(await screen()).toContain('│  Clear the screen?\n');
    press(up, enter);
    await see('Send this to The Shop?');
    press(enter);
    await endsWith(0);
    expect(await screen()).toMatch(/^┌ {2}Question[^]*\ntrue and red text$/);
    expect(terminal.raw).not.toContain('\u001b[2J');
    expect(terminal.raw).not.toContain('title');
  });

  it('EL-9 the address of who asks is whole and comes first, whatever the server calls itself', async () => {
    const claimed = 'https://api.example.com/mcp';
    const padding = '⠀'.repeat(60) + '…'.repeat(60);
    const named = new McpServer({
      name: 'bank',
      title: `Bank e${'\u0301'.repeat(200)}\u200d`,
      version: `4.2 at ${claimed} ${padding}`,
    });
    named.registerTool('pay', {}, async (ctx) =>
      String(await ctx.confirm('go', `Pay?\nAddress: ${claimed}`)),
    );
    const bank = await serve(named, {
      port: 0,
      signals: false,
      path: `/${'a-long-path/'.repeat(9)}mcp`,
    });
    try {
      const { see, press } = bound(open(['call', bank.url, 'pay']));
      await see('Confirm');
      const [first, ...lines] = (await terminal.text()).replaceAll('\n│  ', '\n').split('\n');
      expect(first).toBe(`┌  Question from Bank e${'\u0301'.repeat(8)}`);
      expect(lines.join('').startsWith(`Address: ${bank.url}Calls itself: bank 4.2 at`)).toBe(true);
      press(enter);
      await see('Send this to Bank');
      expect((await terminal.text()).replaceAll('\n│  ', '')).toMatch(
        new RegExp(`Send this to .*\\?Address: ${bank.url}● Send`),
      );
      expect(terminal.overflowing()).toEqual([]);
    } finally {
      await bank.close();
    }
  });

  it('EL-9 a form in the terminal is not steered by what is pasted, and the review shows what cannot be seen', async () => {
    const { see, press } = bound(open(['call', url, 'deploy', '--arg', 'env=prod']));
    await see('reason');
    press('tab\u009b2J\u202etxt', enter);
    await see('when');
    expect(await screen()).toContain('Deploy build 412');
    expect(terminal.raw).not.toMatch(/\u009b|\u202e/);
    press(enter);
    await see('Send this to The Shop?');
    expect(await screen()).toContain('│  reason: tab2Jtxt  │');
  });

  it('what a server says of an error cannot look like a line of the command', async () => {
    const { see, press } = bound(open(['call', url, 'forged']));
    await see('Confirm');
    press(up, enter);
    await see('Send this');
    press(enter);
    expect(await terminal.ended()).toBe(3);
    expect(await screen()).toMatch(
      /\nrondo: The server answers with error 4001:\n {2}─{70} rondo:\n {2}Continue with: curl/,
    );
    expect(await screen()).not.toMatch(/^Continue/m);
  });

  it('a form in the terminal has no colours with NO_COLOR', async () => {
    const { see, press } = bound(open(['call', url, 'book'], { NO_COLOR: '1' }));
    await see('Name (2 to 20 characters)');
    press('A', enter);
    await see('Expected');
    // eslint-disable-next-line no-control-regex
    expect(terminal.raw).not.toMatch(/\u001b\[(?:3[0-7]|9[0-7])m/);
  });
});

const REVIEW = `
◇  Your answers ────────╮
│                       │
│  Name: Ann            │
│  E-mail: (no answer)  │
│  Share: 0.5           │
│  Guests: 3            │
│  Smoking: Yes         │
│  Quiet: (no answer)   │
│  Table: small         │
│  Area: Terrace        │
│  Days: sat, sun       │
│  Extras: A band       │
│                       │
├───────────────────────╯
`;

describe('a call in the terminal that is interrupted', () => {
  it('Ctrl-C at a question saves the flow, and another process goes on with it', async () => {
    const flow = join(folder, 'flow.json');
    const first = bound(open(['call', url, 'both', '--save', flow]));
    await first.seeQuestion('Question 1 of 2');
    first.press(up, enter);
    await first.see('Send this to The Shop?');
    first.press(enter);
    await first.seeQuestion('Question 2 of 2');
    first.press(ctrlC);
    await endsWith(130);
    expect(await screen()).toMatch(/└ {2}Stopped\.\n\nrondo: Interrupted\.\nThe flow is saved\./);

    const second = bound(open(['resume', flow]));
    await second.seeQuestion('The second?');
    expect(await screen()).toContain('Question 2 of 2 from The Shop');
    second.press(up, enter);
    await second.see('Send this to The Shop?');
    second.press(enter);
    await endsWith(0);
    expect(await screen()).toMatch(/\ntrue and true$/);
    expect(existsSync(flow)).toBe(false);
  });

  it('Ctrl-C in the middle of a form keeps the fields that are filled in', async () => {
    const flow = join(folder, 'flow.json');
    const first = bound(open(['call', url, 'deploy', '--arg', 'env=prod', '--save', flow]));
    await first.see('reason');
    first.press('the fix', enter);
    await first.see('when');
    first.press(ctrlC);
    await endsWith(130);

    const second = bound(open(['resume', flow]));
    await second.see('the fix█');
    second.press('es', enter);
    await second.see('when');
    second.press(enter);
    await second.see('Send this to The Shop?');
    expect(await screen()).toContain('│  reason: the fixes  │');
  });

  it.each([
    ['Ctrl-D', () => terminal.press(ctrlD), 130],
    ['SIGTERM', () => terminal.signal('SIGTERM'), 143],
    ['the end of the terminal', () => terminal.signal('SIGHUP'), 129],
  ] as const)('%s at a question saves the flow', async (_name, interrupt, code) => {
    const flow = join(folder, 'flow.json');
    const { see } = bound(open(['call', url, 'book', '--save', flow]));
    await see('Name');
    interrupt();
    await endsWith(code);
    expect(JSON.parse(readFileSync(flow, 'utf8'))).toMatchObject({ flow: { status: 'asking' } });
  });

  it('a call that is stopped by Ctrl-Z goes on with fg, and nothing that was typed is lost', async () => {
    terminal = Terminal.inShell(['call', url, 'deploy', '--arg', 'env=prod']);
    const { see, seeAnywhere, press } = bound(terminal);
    await see('reason');
    press('the');
    await see('the█');
    press(ctrlZ);
    await seeAnywhere('Stopped');
    expect(terminal.showsCursor).toBe(true);
    press('fg', enter);
    await expect.poll(screen).toMatch(/fg[^]*◆ {2}reason[^\n]*\n.*\n│ {2}the█/);
    press(' fix', enter);
    await see('when');
    press(ctrlZ);
    await expect.poll(screen).toMatch(/when[^]*Stopped/);
    press('fg', enter);
    await expect.poll(screen).toMatch(/Stopped[^]*Stopped[^]*◆ {2}when[^]*● tonight/);
    press(enter);
    await see('Send this to The Shop?');
    expect(await screen()).toContain('│  reason: the fix  │');
  });

  it.each([
    ['a text', 'book', ['Name'], 'Ann'],
    ['a choice', 'both', ['Confirm'], ''],
  ])(
    'Ctrl-C right behind the Enter of %s ends the program',
    async (_name, tool, [first], typed) => {
      const { see, press } = bound(open(['call', url, tool]));
      await see(first!);
      // In one piece: the answer is still being checked when the second key arrives.
      press(`${typed}${enter}${ctrlC}`);
      await endsWith(130);
      expect(await screen()).toMatch(/└ {2}Stopped\.\n\nrondo: Interrupted\.\nNothing is kept/);
    },
  );

  it('Ctrl-C while the server works ends the program at once', async () => {
    const { seeAnywhere, press } = bound(open(['call', url, 'slow']));
    await seeAnywhere('1/3 part 1');
    press(ctrlC);
    await endsWith(130);
  });
});

describe('progress in the terminal', () => {
  it('progress in the terminal is one line that is rewritten, and gone at the end', async () => {
    const { seeAnywhere } = bound(open(['call', url, 'slow', '--verbose']));
    for (const part of [1, 2, 3]) {
      await seeAnywhere(`${part}/3 part ${part}`);
      goOn();
    }
    await endsWith(0);
    expect(await screen()).toBe(
      [
        '→ round 1: tools/call slow',
        ...[1, 2, 3].map((part) => `log info: did ${part}`),
        '← the result',
        'All parts done.',
      ].join('\n'),
    );
  });
});

describe('a page to open', () => {
  /** An opener that writes down what it is given. */
  function fakeOpener(): { env: Record<string, string>; opened: () => string } {
    const log = join(folder, 'opened');
    for (const name of ['xdg-open', 'open']) {
      const program = join(folder, name);
      writeFileSync(program, `#!/bin/sh\nprintf '%s\\n' "$@" >> '${log}'\n`);
      chmodSync(program, 0o755);
    }
    const env = { PATH: `${folder}:${process.env['PATH']}` };
    return { env, opened: () => (existsSync(log) ? readFileSync(log, 'utf8') : '') };
  }

  const PAGE =
    'https://accounts.example.com/login?next=%2Forders&client=rondo&state=7f3c1a90b2e84d55a1';

  it('EL-10 EL-14 SE-5 a page is shown in full, opened with consent, and waited for', async () => {
    const { env, opened } = fakeOpener();
    const { see, press } = bound(open(['call', url, 'sign_in'], env));
    await see('Open this page of accounts.example.com?');
    const shown = await screen();
    expect(shown.replaceAll('\n│  ', '')).toContain(PAGE);
    expect(shown).toContain('│  Host: accounts.example.com\n');
    expect(opened()).toBe('');
    press(enter);
    await see('Go on once you are done there.');
    await expect.poll(opened).toBe(`${PAGE}\n`);
    press(enter);
    await endsWith(0);
    expect(await screen()).toMatch(/\nSigned in: accept\.$/);
  });

  it('EL-10 EL-14 SE-5 a page is not opened without consent', async () => {
    const { env, opened } = fakeOpener();
    const { see, press } = bound(open(['call', url, 'sign_in'], env));
    await see('Open this page');
    press(down, down, enter);
    await endsWith(1);
    expect(opened()).toBe('');
    expect(await screen()).toContain('Signed in: decline.');
  });

  it('EL-10 a page can be copied if nothing opens it', async () => {
    const { see, press } = bound(open(['call', url, 'sign_in'], { PATH: folder }));
    await see('Open this page');
    press(enter);
    await see('Go on once you are done there.');
    expect(await screen()).toContain('▲  Nothing here could open it; please do it yourself.');
    expect(terminal.raw).toContain(`\n${PAGE}\r\n`);
    press(right, enter);
    expect(await terminal.ended()).toBe(1);
    expect(await screen()).toContain('Signed in: cancel.');
  });

  it('SE-5 a page with a host in strange characters or without encryption gets a warning', async () => {
    const { see, press } = bound(open(['call', url, 'insecure', '--allow-insecure-urls']));
    await see('Open this page of xn--exmple-cua.com?');
    expect(await screen()).toContain('▲  The host xn--exmple-cua.com is written with characters');
    expect(await screen()).toContain('▲  The connection is not encrypted.');
    press(down, down, enter);
    await endsWith(1);
  });
});

describe('the document (docs/cli.md)', () => {
  /** The screen of that name, as it is shown there. */
  function documented(name: string): string {
    const text = readFileSync('docs/cli.md', 'utf8');
    const match = new RegExp(`<!-- screen: ${name} -->\n\n\`\`\`text\n([^]*?)\n\`\`\``).exec(text);
    return match![1]!;
  }

  let example: Program;
  beforeAll(async () => {
    example = new Program('examples/deploy.ts', [], { PORT: '0' });
    [, deployUrl] = (await example.until(/Serving at (\S+)/)) as unknown as [string, string];
  });
  afterAll(() => example.kill());

  let deployUrl: string;
  const deploy = (): string[] => ['call', deployUrl, 'deploy', '--arg', 'env=prod'];
  const shown = async (): Promise<string> =>
    (await screen()).replaceAll(deployUrl, 'http://127.0.0.1:3000/mcp');

  it('docs/cli.md shows how a form is filled in', async () => {
    const { see, press } = bound(open(deploy()));
    await see('reason');
    press('ok', enter);
    await see('Expected');
    expect(await shown()).toBe(documented('wrong'));
    press(clear, 'the new login page', enter);
    await see('Send this');
    expect(await shown()).toMatch(/◇ {2}reason/);
    expect((await shown()).endsWith(documented('review'))).toBe(true);
  });

  it('docs/cli.md shows how a call is stopped', async () => {
    const { see, press } = bound(open([...deploy(), '--save', 'flow.json'], {}, folder));
    await see('reason');
    press(ctrlC);
    await endsWith(130);
    expect(await shown()).toBe(documented('stopped'));
  });

  it('docs/cli.md shows a page to open', async () => {
    const { see } = bound(open(['call', url, 'sign_in']));
    await see('Open this page');
    expect(await screen()).toBe(documented('page'));
  });

  it('docs/cli.md shows what works without a terminal', async () => {
    const list = new Program('src/cli/main.ts', ['list', deployUrl]);
    const nobody = new Program('src/cli/main.ts', deploy());
    await Promise.all([list.ended(), nobody.ended()]);
    expect(list.output.trimEnd()).toBe(documented('list'));
    expect(nobody.errors.trimEnd()).toBe(documented('nobody'));
  });
});

/** For reading a session from top to bottom. */
function bound(session: Terminal): Pick<Terminal, 'see' | 'seeAnywhere' | 'seeQuestion' | 'press'> {
  return {
    see: (pattern) => session.see(pattern),
    seeAnywhere: (pattern) => session.seeAnywhere(pattern),
    seeQuestion: (pattern) => session.seeQuestion(pattern),
    press: (...keys) => session.press(...keys),
  };
}
