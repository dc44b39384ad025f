import { Outcome } from './pin-model';

/** What the documentation promises of one gate and of `markedAsDeployed` in one stack, for images that are numbered. */
export class GateModel {
  /** What runs. */
  public running?: number;
  /** Those that carry their tag. */
  public readonly marked = new Set<number>();
  public readonly counts = { deployments: 0, refused: 0, remembered: 0, rolledBack: 0 };
  /** Those that a scan has findings for now. */
  private readonly vulnerable = new Set<number>();
  private readonly passed = new Set<number>();
  private readonly passedAndRolledBack = new Set<number>();

  public scan(image: number, isVulnerable: boolean): void {
    this.vulnerable[isVulnerable ? 'add' : 'delete'](image);
  }

  /** Whether it is neither promised that an image has passed nor that it has not: it has in a deployment that was rolled back. */
  public isOpen(image: number): boolean {
    return this.passedAndRolledBack.has(image) && !this.passed.has(image);
  }

  public isVulnerable(image: number): boolean {
    return this.vulnerable.has(image);
  }

  /** Whether the deployment succeeds, and how often ECR is asked: twice about the scan, and twice to mark, or three times where the tag stands already. */
  public deploy(image: number, outcome: Outcome): { succeeds: boolean; questions: number } {
    this.counts.deployments += 1;
    const isNew = !this.passed.has(image);
    if (isNew && this.vulnerable.has(image)) {
      this.counts.refused += 1;
      return { succeeds: false, questions: 2 };
    }
    const questions = isNew ? this.marked.has(image) ? 5 : 4 : 0;
    this.counts.remembered += this.vulnerable.has(image) ? 1 : 0;
    this.marked.add(image);
    if (outcome === 'is rolled back') {
      this.counts.rolledBack += 1;
      this.passedAndRolledBack.add(image);
      return { succeeds: false, questions };
    }
    this.passed.add(image);
    this.running = image;
    return { succeeds: outcome === 'succeeds', questions };
  }

  public destroy(): void {
    this.passed.clear();
    this.passedAndRolledBack.clear();
    this.running = undefined;
  }
}
