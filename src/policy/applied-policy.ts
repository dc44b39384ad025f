import { IConstruct } from 'constructs';
import { ConstructNote } from '../construct/construct-note';

const applied = new ConstructNote<true>('containerImagePolicy');

export function markApplied(scope: IConstruct): void {
  applied.set(scope, true);
}

/** Whether a policy is applied to this very construct. */
export function isApplied(construct: IConstruct): boolean {
  return applied.of(construct) === true;
}
