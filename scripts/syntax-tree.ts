/** What every reader of syntax trees needs. */
import { type Node, visitorKeys } from 'oxc-parser';

/** The nodes right below `node`, in the order of the text. */
export function childrenOf(node: Node): Node[] {
  const members = node as unknown as Record<string, unknown>;
  const children = (visitorKeys[node.type] ?? []).flatMap((key) => members[key] as Node | Node[]);
  return children.filter((child) => child != null);
}

/** The line of an offset, counted from 1, as editors do. */
export function lineAt(text: string, offset: number): number {
  return text.slice(0, offset).split('\n').length;
}
