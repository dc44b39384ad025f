import { IConstruct } from 'constructs';

/**
 * Something that is remembered of constructs, as long as they are there.
 *
 * It is kept on the construct and not in this module, as an app may have several copies of this package: a library brings its own.
 */
export class ConstructNote<T> {
  private readonly key: symbol;

  constructor(name: string) {
    this.key = Symbol.for(`cdk-secure-repository.${name}`);
  }

  public of(construct: IConstruct): T | undefined {
    return (construct as unknown as Record<symbol, T | undefined>)[this.key];
  }

  public set(construct: IConstruct, value: T): void {
    Object.defineProperty(construct, this.key, { value, configurable: true });
  }
}
