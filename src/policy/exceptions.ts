import { Finding } from './finding';
import { ContainerImageException } from './policy-options';
import { matchesImage, matchesPath } from './wildcard-pattern';
import { hasPassed } from '../names/day';

/** The exceptions of a policy, and which of them were of use. */
export class Exceptions {
  private readonly used = new Set<ContainerImageException>();
  private readonly valid: ContainerImageException[];

  constructor(private readonly all: ContainerImageException[] = []) {
    this.valid = all.filter(exception => !isExpired(exception));
  }

  /** Whether something is not to be reported, where it was found. */
  public allow(finding: Finding, path: string): boolean {
    const allowing = this.valid.filter(exception => matches(exception, finding, path));
    allowing.forEach(exception => this.used.add(exception));
    return allowing.length > 0;
  }

  public expired(): string[] {
    return this.all.filter(isExpired)
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

function isExpired({ until }: ContainerImageException): boolean {
  return until !== undefined && hasPassed(until);
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
