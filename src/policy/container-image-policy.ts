import { Stage } from 'aws-cdk-lib';
import { IConstruct } from 'constructs';
import { isApplied, markApplied } from './applied-policy';
import { findingsIn, isContextMissing, LocatedFinding } from './assembly-findings';
import { ContainerImageRule } from './container-image-rule';
import { Exceptions } from './exceptions';
import { failWhereExitCodeIsLost } from './lost-exit-code';
import { optionsProblem } from './options-problem';
import { ContainerImagePolicyProps } from './policy-options';
import { addValidationPlugin, PolicyReport, PolicyViolation, showsWarnings } from './validation-plugin';
import { constructError } from '../construct/construct-error';

const NAME = 'cdk-secure-repository';
const DEFAULT_WARNINGS = [ContainerImageRule.UNKNOWN_IMAGE];

/**
 * Refuses at synth, in a whole app, images that are not named by their digest, and repositories of Amazon ECR that are mutable, without
 * scan on push, without retention or open to everybody. Whether an image was scanned is what a gate asks during the deployment.
 *
 * It reads the templates as they will be deployed, those of nested stacks and stages too, so overrides, L1 constructs and raw `CfnResource`s are
 * seen like everything else. Findings show in the report of the CDK's policy validation, with the path of the construct.
 *
 * While the CDK CLI has to look something up, everything passes: the CLI synthesizes again.
 *
 * @example
 * declare const app: App;
 * ContainerImagePolicy.apply(app, {
 *   exceptions: [{
 *     image: 'public.ecr.aws/xray/*',
 *     path: 'Service/Tracing/**',
 *     reason: 'the vendor supports its newest image only',
 *     until: '2027-01-31',
 *   }],
 * });
 */
export class ContainerImagePolicy {
  /**
   * Judges all stacks of an app or a stage, whenever it is synthesized.
   *
   * An error for any other construct, and where a policy is applied already: to the same scope, to one around it or to one in it.
   *
   * @param scope the `App`, or a `Stage` of it
   * @param props what is excepted, and what is a warning
   */
  public static apply(scope: IConstruct, props: ContainerImagePolicyProps = {}): void {
    if (!Stage.isStage(scope)) {
      throw constructError(scope, 'ContainerImagePolicy.apply got a construct that is neither an App nor a Stage; expected one of these, so give it the app');
    }
    const other = [...scope.node.scopes, ...scope.node.findAll()].find(isApplied);
    if (other) {
      throw constructError(scope, `a ContainerImagePolicy is applied to ${other.node.path || 'the app'} already; apply one of them, with all exceptions`);
    }
    const problem = optionsProblem(props);
    if (problem) {
      throw constructError(scope, problem);
    }
    markApplied(scope);
    let errors: string[] = [];
    addValidationPlugin(scope, {
      name: NAME,
      ruleIds: Object.values(ContainerImageRule),
      validate: () => {
        const report = judge(scope, props);
        errors = report.violations.filter(({ severity }) => severity === 'error').map(({ description, fix, violatingResources }) =>
          `${violatingResources.map(({ path }) => path).join(', ')}: ${description}; ${fix}`);
        return report;
      },
    });
    failWhereExitCodeIsLost(scope.node.root, () => errors);
  }

  private constructor() {}
}

function judge(scope: IConstruct, props: ContainerImagePolicyProps): PolicyReport {
  if (isContextMissing(scope)) {
    console.error(`${NAME}: container images are judged once the CDK CLI has looked up what is missing in the context`);
    return { success: true, violations: [] };
  }
  const { warnings = DEFAULT_WARNINGS, allowAssets = true } = props;
  const exceptions = new Exceptions(props.exceptions);
  const findings = findingsIn(scope, allowAssets).filter(finding => !exceptions.allow(finding, finding.path));
  const isError = ({ rule }: LocatedFinding) => !warnings.includes(rule);
  const violations = [
    ...violationsOf(findings.filter(isError), 'error'),
    ...violationsOf(findings.filter(finding => !isError(finding)), 'warning'),
  ];
  const success = !findings.some(isError);
  if (success && !showsWarnings()) {
    violations.forEach(({ ruleName, description, fix, violatingResources }) => {
      warn(`${ruleName} at ${violatingResources.map(({ path }) => path).join(', ')}`, `${description}; ${fix}`);
    });
  }
  // They belong to no resource, and the CDK shows nothing else.
  exceptions.expired().forEach(notice => warn('expired-exception', notice));
  exceptions.unused().forEach(notice => warn('unused-exception', notice));
  return { success, violations };
}

function warn(what: string, text: string): void {
  console.error(`${NAME}: warning ${what}: ${text}`);
}

/** What is the same in several resources is said once. */
function violationsOf(findings: LocatedFinding[], severity: string): PolicyViolation[] {
  const violations = new Map<string, PolicyViolation>();
  for (const { rule, problem, fix, locations, logicalId, templatePath, path } of findings) {
    const key = JSON.stringify([rule, problem, fix]);
    const others = violations.get(key)?.violatingResources ?? [];
    violations.set(key, {
      ruleName: rule,
      description: problem,
      fix,
      severity,
      violatingResources: [...others, { resourceLogicalId: logicalId, templatePath, locations, path }],
    });
  }
  return [...violations.values()];
}
