import { IConstruct } from 'constructs';

/** Puts constructs into the order of their paths, the same on machines of all languages. */
export function byPath(one: IConstruct, other: IConstruct): number {
  return one.node.path < other.node.path ? -1 : Number(one.node.path > other.node.path);
}
