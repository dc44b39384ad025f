import * as cdk from 'aws-cdk-lib';

/** What the CDK's validation takes, whichever of its two interfaces it is. */
interface ValidationPlugin {
  readonly name: string;
  readonly ruleIds: string[];
  validate(): PolicyReport;
}

export interface PolicyReport {
  readonly success: boolean;
  readonly violations: PolicyViolation[];
}

export interface PolicyViolation {
  readonly ruleName: string;
  readonly description: string;
  readonly fix: string;
  readonly severity: string;
  readonly violatingResources: ViolatingResource[];
}

interface ViolatingResource {
  readonly resourceLogicalId: string;
  readonly templatePath: string;
  readonly locations: string[];
  /** The path of the construct, which the CDK finds by itself. */
  readonly path: string;
}

/** `Validations` of newer CDKs than the oldest that the package allows. */
const { Validations } = cdk as { readonly Validations?: { of(scope: cdk.Stage): { addPlugins(plugin: ValidationPlugin): void } } };

/** Adds a plugin to the validation that the CDK has. */
export function addValidationPlugin(stage: cdk.Stage, plugin: ValidationPlugin): void {
  if (Validations) {
    Validations.of(stage).addPlugins(plugin);
  } else {
    Object.assign(stage, { policyValidationBeta1: [...stage.policyValidationBeta1, plugin] });
  }
}

/** Whether the CDK shows the report of a validation that has succeeded. */
export function showsWarnings(): boolean {
  return Validations !== undefined;
}
