import { IConstruct } from 'constructs';

/** An error in how a construct is used, with the path of that construct. */
export function constructError(construct: IConstruct, problem: string): Error {
  return new Error(`${construct.node.path || 'the app'}: ${problem}`);
}
