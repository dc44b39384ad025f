import { Finding } from './finding';
import { ContainerImageException } from './policy-options';
import { matchesImage, matchesPath } from './wildcard-pattern';

/** The exceptions of a policy, and which of them were of use. */
export class Exceptions {
  private readonly used = new Set<ContainerImageException>();
  private readonly valid: ContainerImageException[];
  private readonly isExpired: (exception: ContainerImageException) => boolean;

  constructor(private readonly all: ContainerImageException[] = []) {
    const today = new Date().toISOString().slice(0, 10);
    this.isExpired = ({ until }) => until !== undefined && until < today;
    this.valid = all.filter(exception => !this.isExpired(exception));
  }

  /** Whether something is not to be reported, where it was found. */
  public allow(finding: Finding, path: string): boolean {
    const allowing = this.valid.filter(exception => matches(exception, finding, path));
    allowing.forEach(exception => this.used.add(exception));
    return allowing.length > 0;
  }

  public expired(): string[] {
    return this.all.filter(this.isExpired)
      .map(exception => `the exception for ${nameOf(exception)} expired after ${exception.until} and is not applied; drop it, or give it another date`);
  }

  /** What matched nothing until now. */
  public unused(): string[] {
    return this.valid.filter(exception => !this.used.has(exception))
      .map(exception => [
        `the exception for ${nameOf(exception)} matches nothing; drop it, unless this app does not always have what it is for`, ...widerThan(exception),
      ].join('; '));
  }
}

/** What people may have meant by patterns without wildcards, which name one construct, and one image with its tag. */
function widerThan({ image, path }: ContainerImageException): string[] {
  return [
    image === undefined || /\*|:[^/]*$/.test(image) ? [] : `'${image}:*' is for all tags of the image`,
    path === undefined || path.includes('*') ? [] : `'${path}/**' is for all in the construct`,
  ].flat();
}

function nameOf({ image, path, rule }: ContainerImageException): string {
  return Object.entries({ image, path, rule }).filter(([, value]) => value !== undefined).map(([name, value]) => `${name} '${value}'`).join(', ');
}

/** People know the construct by the path of what they wrote, which may be that of the resource in it. */
function matches({ image, path, rule }: ContainerImageException, finding: Finding, at: string): boolean {
  return (rule === undefined || rule === finding.rule)
    && (image === undefined || (finding.image !== undefined && matchesImage(image, finding.image)))
    && (path === undefined || [at, at.replace(/\/Resource$/, '')].some(candidate => matchesPath(path, candidate)));
}
