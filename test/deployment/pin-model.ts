/** What a pin asks for. */
export interface Question {
  readonly tag: string;
  readonly platform?: string;
  readonly refreshToken: string;
}

/** What becomes of a deployment in which all pins are resolved. */
export type Outcome = 'succeeds' | 'is rolled back' | 'fails and stays';

/** As many answers as a pin is documented to remember. */
const REMEMBERED = 10;

/** The answers that a pin has given, newest first. */
type Memory = { readonly refreshToken: string; readonly digest: string }[];

/** What the documentation promises of one pin in one stack: which digest runs after each of a sequence of deployments. */
export class PinModel {
  /** What runs. */
  public running?: string;
  /** How many deployments there were, and how many of them succeeded with what the tag did not mean any more. */
  public readonly counts = { deployments: 0, remembered: 0 };
  /** The pins of the stack, by what makes them others; more than one only where a failure stays. */
  private readonly pins = new Map<string, Memory>();
  private readonly rolledBack = new Set<string>();

  /** Whether a deployment that was rolled back has asked that: it is not promised that the answer is remembered, nor that it is not. */
  public isOpen(question: Question): boolean {
    return this.rolledBack.has(nameOf(question));
  }

  /**
   * @param meaning what the registry would answer now, if anything
   * @returns whether the deployment succeeds
   */
  public deploy(question: Question, outcome: Outcome, meaning?: string): boolean {
    this.counts.deployments += 1;
    const { tag, platform, refreshToken } = question;
    const pin = `${tag} ${platform}`;
    const before = this.pins.get(pin);
    const digest = before?.find(answer => answer.refreshToken === refreshToken)?.digest ?? meaning;
    if (digest === undefined) {
      return false;
    }
    if (outcome === 'is rolled back') {
      this.rolledBack.add(nameOf(question));
      return false;
    }
    if (outcome === 'succeeds') {
      this.counts.remembered += digest === meaning ? 0 : 1;
      this.pins.clear();
    }
    this.pins.set(pin, newest({ refreshToken, digest }, before));
    this.running = digest;
    return outcome === 'succeeds';
  }

  public destroy(): void {
    this.pins.clear();
    this.rolledBack.clear();
    this.running = undefined;
  }
}

function nameOf({ tag, platform, refreshToken }: Question): string {
  return [tag, platform, refreshToken].join(' ');
}

function newest(answer: Memory[number], others: Memory = []): Memory {
  return [answer, ...others.filter(({ refreshToken }) => refreshToken !== answer.refreshToken)].slice(0, REMEMBERED);
}
