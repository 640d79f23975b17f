/** Options that several commands have. */
import { statSync } from 'node:fs';
import { type Command, InvalidArgumentError } from 'commander';
import { rondo } from '../command-name.ts';
import { why } from '../system-words.ts';

/** Options of commands that connect to a server. */
export function addServerOptions(command: Command): Command {
  return command
    .option(
      '--header <header>',
      "for URLs: 'Name: value', or @file with one a line; repeatable",
      collectGiven,
    )
    .option(
      '--env <name>',
      'for programs: hands on this variable of yours; repeatable',
      collectGiven,
    )
    .option('--timeout <seconds>', 'how long the server may stay silent (default: 60)', seconds)
    .option('--json', 'print what the server sent, as JSON')
    .option('--verbose', 'show rounds, state sizes and what the server logs');
}

/** Options of commands that run a flow to its end. */
export function addFlowOptions(command: Command): Command {
  return addServerOptions(command)
    .option('--answers <file>', 'answers, as JSON, for when there is no terminal', given)
    .option('--root <directory>', 'a directory the server may work in; repeatable', collectFolder)
    .option(
      '--allow-insecure-urls',
      'ask about pages that are not encrypted instead of declining them',
    );
}

/** Options of commands that begin a flow. */
export function addSaveOption(command: Command): Command {
  return command.option(
    '--save <file>',
    'keep it in this file until it is complete, to resume it from',
    given,
  );
}

/** Options of commands that open a store. Its address and its keys are never arguments. */
export function addStoreOptions(command: Command): Command {
  return command
    .option('--postgres', 'the store in PostgreSQL at RONDO_DATABASE_URL')
    .option('--schema <name>', "where its tables are (default: 'rondo')", given)
    .option('--directory <path>', 'the store in this directory');
}

/** The two ways to name a server, and what stands beside it. */
export function usage(name: string, what = ''): string {
  return `[options] <url or command>${what}\n       ${rondo} ${name} [options]${what} -- <program> [args...]`;
}

/** A variable of a script that is not set names no file, and not the folder that this runs in either. */
export function given(value: string): string {
  if (value.trim() === '') throw new InvalidArgumentError('It is empty.');
  return value;
}

export function collectGiven(value: string, before?: readonly string[]): string[] {
  return collect(given(value), before);
}

function collectFolder(value: string, before?: readonly string[]): string[] {
  const folders = collectGiven(value, before);
  if (!isFolder(value)) throw new InvalidArgumentError('It is no folder.');
  return folders;
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    const words = why(error);
    throw new InvalidArgumentError(`${words[0]!.toUpperCase()}${words.slice(1)}.`);
  }
}

export function collect(value: string, before: readonly string[] = []): string[] {
  return [...before, value];
}

/** In seconds: a timer that is longer than 2³¹ ms ends at once. */
const LONGEST_TIMEOUT = 2_000_000;

function seconds(text: string): number {
  const value = /^\d+(?:\.\d+)?$/.test(text) ? Number(text) : 0;
  if (value > 0 && value <= LONGEST_TIMEOUT) return value;
  throw new InvalidArgumentError(
    `It has to be a number of seconds, and at most ${LONGEST_TIMEOUT}.`,
  );
}
