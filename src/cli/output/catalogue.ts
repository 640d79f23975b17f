/** Prints what a server offers, for people. All texts come from the server, and are cleaned. */
import type { Resource } from '../../protocol/types/content.ts';
import { type UnknownRecord, isRecord } from '../../base/json/json.ts';
import type { Implementation, Prompt, ResourceTemplateInfo } from '../../protocol/results.ts';
import type { Tool } from '../../protocol/types/tool.ts';
import { clean, cleanJson, cleanLine } from '../terminal/clean.ts';
import { type Paintable, paint } from '../terminal/paint.ts';
import { type Sized, widthOf, wrap } from '../terminal/wrap.ts';
import { KnownArguments } from '../arguments/known-arguments.ts';

export interface Catalogue {
  readonly server?: Implementation;
  readonly instructions?: string;
  readonly tools: readonly Tool[];
  readonly prompts: readonly Prompt[];
  readonly resources: readonly Resource[];
  readonly resourceTemplates: readonly ResourceTemplateInfo[];
}

/** One tool, prompt or resource: its name, its description and its arguments. */
interface Item {
  readonly name: string;
  /** A word after the name. */
  readonly note?: string | undefined;
  readonly description: string | undefined;
  readonly parts: readonly string[];
}

export function renderCatalogue(catalogue: Catalogue, stream: Paintable & Sized): string {
  const { tools, prompts, resources, resourceTemplates } = catalogue;
  const sections: [string, Item[]][] = [
    ['Tools', tools.map(toolItem)],
    ['Prompts', prompts.map(promptItem)],
    ['Resources', resources.map((each) => resourceItem(each.uri, each))],
    ['Resource templates', resourceTemplates.map((each) => resourceItem(each.uriTemplate, each))],
  ];
  const shown = sections
    .filter(([, items]) => items.length > 0)
    .map(([title, items]) => [
      paint(stream, 'bold', title),
      ...items.map((item) => render(item, stream)),
    ]);
  const blocks = [heading(catalogue, stream), ...shown.map((lines) => lines.join('\n'))];
  if (shown.length === 0) blocks.push('It offers nothing.');
  return blocks.join('\n\n');
}

function heading({ server, instructions }: Catalogue, stream: Paintable & Sized): string {
  const { name = 'A server without a name', version = '', title } = server ?? {};
  const known = `${name} ${version}`.trim();
  const called = cleanLine(title === undefined ? known : `${title} (${known})`);
  const lines = nameLines(paint(stream, 'bold', called), '', stream);
  return [...lines, ...indented(instructions, '  ', stream)].join('\n');
}

function render({ name, note, description, parts }: Item, stream: Paintable & Sized): string {
  const noted = note === undefined ? '' : paint(stream, 'dim', `  ${cleanLine(note)}`);
  return [
    ...nameLines(`${paint(stream, 'cyan', cleanLine(name))}${noted}`, '  ', stream),
    ...indented(description, '    ', stream),
    ...parts.flatMap((part) => indented(part, '      ', stream)),
  ].join('\n');
}

/** A name, never cut: what goes on below is indented more. */
function nameLines(name: string, indent: string, stream: Sized): string[] {
  const [first = '', ...rest] = wrap(name, widthOf(stream) - indent.length - 3);
  return [indent + first, ...rest.map((line) => `${indent}  ${line}`)];
}

function indented(text: string | undefined, indent: string, stream: Sized): string[] {
  const shown = clean(text ?? '').trim();
  if (shown === '') return [];
  return wrap(shown, widthOf(stream) - indent.length - 1).map((line) => indent + line);
}

function toolItem({ name, title, description, inputSchema }: Tool): Item {
  const known = new KnownArguments(inputSchema);
  const parts = known.names.map((key) => {
    const about = known.schemasOf(key).map((schema) => recordOf(schema)['description']);
    return argument(key, argumentType(known, key), known.isRequired(key), textOf(...about));
  });
  return { name, description: textOf(description, title), parts };
}

function promptItem({ name, title, description, arguments: args }: Prompt): Item {
  const known = Array.isArray(args) ? args.filter(isRecord) : [];
  const parts = known.map((each) =>
    argument(String(each['name']), 'text', each['required'] === true, each['description']),
  );
  return { name, description: textOf(description, title), parts };
}

function resourceItem(name: string, info: Resource | ResourceTemplateInfo): Item {
  const description = textOf(info.description, info.title, info.name);
  return { name, note: info.mimeType, description, parts: [] };
}

function argument(name: string, type: string, isRequired: boolean, description: unknown): string {
  const about = [type, isRequired ? 'required' : ''].filter((part) => part !== '').join(', ');
  const text = cleanLine(textOf(description) ?? '');
  return `--arg ${cleanLine(name)}=${about === '' ? '' : `<${about}>`}${text === '' ? '' : `  ${text}`}`;
}

/** In as few words as possible: the choices, or the types. */
function argumentType(known: KnownArguments, name: string): string {
  const { enum: choices, default: preset } = recordOf(known.schemasOf(name)[0]);
  if (Array.isArray(choices)) return choices.map((each) => cleanLine(String(each))).join('|');
  const types = [...known.typesOf(name)].join('|');
  return preset === undefined ? types : `${types}, default ${cleanJson(preset)}`;
}

/** An empty object for a value that is not one: servers may send invalid descriptions. */
function recordOf(value: unknown): UnknownRecord {
  return isRecord(value) ? value : {};
}

function textOf(...candidates: unknown[]): string | undefined {
  return candidates.find((each): each is string => typeof each === 'string' && each.trim() !== '');
}
