/**
 * Patterns as authors write them. JSON Schema asks for those that are valid with the flag `u`, which
 * refuses needless escapes: `^https\:\/\/`. Authors test their patterns without it.
 */

import { attempt } from '../../base/thrown.ts';

/** Whether `pattern` is a regular expression, with the flag `u` or without. */
export function isPattern(pattern: unknown): boolean {
  return typeof pattern === 'string' && (isValid(pattern, 'u') || isValid(pattern, ''));
}

/**
 * For a validator that adds the flag `u` to texts: a pattern that needs to be without it; `undefined`
 * for what is no pattern.
 */
export function usablePattern(pattern: string): string | RegExp | undefined {
  if (isValid(pattern, 'u')) return pattern;
  return isValid(pattern, '') ? new RegExp(pattern) : undefined;
}

/**
 * The same pattern as a text that is valid with the flag `u`; `undefined` if it has more that the flag
 * refuses than needless escapes, single brackets, and hyphens beside `\w` and the like in a class.
 */
export function withUnicode(pattern: string): string | undefined {
  if (isValid(pattern, 'u')) return pattern;
  let inClass = false;
  const rewritten = pattern.replace(TOKEN, (token) => {
    if (token === '[') inClass = true;
    else if (token === ']' && inClass) inClass = false;
    else return inClass ? inClassOf(token) : outside(token);
    return token;
  });
  return isValid(rewritten, 'u') ? rewritten : undefined;
}

/** A hyphen beside an escape, an escape, a quantifier, or a bracket. */
const TOKEN = /\\[dswDSW]-(?!\])|-(?=\\[dswDSW])|\\[^]|\{\d+(?:,\d*)?\}|[[\]{}]/g;

/** Escapes that mean something with the flag `u`. */
const NEEDED = /^\\[\^$\\.*+?()[\]{}|/\dbBcdDfkpPnrsStuvwWx]$/;

function inClassOf(token: string): string {
  if (token.endsWith('-') && token !== '\\-') return `${token.slice(0, -1)}\\-`;
  return token === '\\-' ? token : withoutNeedless(token);
}

function outside(token: string): string {
  return /^[\]{}]$/.test(token) ? `\\${token}` : withoutNeedless(token);
}

function withoutNeedless(token: string): string {
  const isNeedless = token.length === 2 && token.startsWith('\\') && !NEEDED.test(token);
  return isNeedless ? token.slice(1) : token;
}

function isValid(pattern: string, flags: string): boolean {
  return attempt(() => new RegExp(pattern, flags)) !== undefined;
}
