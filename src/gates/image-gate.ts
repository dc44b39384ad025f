import { ScannedGateOptions } from './gate-options';
import { GateRule, ScannedRule, SignedRule } from './gate-rule';

/**
 * What has to hold before a deployment uses an image, for `DigestPinnedImage.gatedBy`.
 *
 * A gate asks Amazon ECR about the very digest that is deployed, while the stack is deployed and before anything is changed that uses the
 * image. What it refuses fails the deployment, which CloudFormation then rolls back. An image that has passed stays passed: a rollback, a
 * revert and a deployment of something else ask nobody. It remembers the last 40 images that passed, for each repository and gate in a
 * stack, and forgets them with the stack. Of more than 20 images of a repository in a stack, each 20 have a memory of their own, in the order
 * in which the app uses them, and one that moves to others is judged anew.
 *
 * `cdk deploy --hotswap` changes task definitions without CloudFormation, and asks no gate.
 *
 * @example
 * declare const images: SecureRepository;
 * declare const taskDefinition: ecs.FargateTaskDefinition;
 *
 * taskDefinition.addContainer('api', {
 *   image: DigestPinnedImage.fromLookup(images, 'v1.2.3').gatedBy(ImageGate.scanned({
 *     failOn: FindingSeverity.HIGH,
 *     ignore: [{ id: 'CVE-2026-12345', reason: 'the parser is not used', until: '2027-01-31' }],
 *   })),
 * });
 */
export class ImageGate {
  /**
   * Refuses images that were not scanned, or whose scan has severe findings.
   *
   * Basic and enhanced scanning are both understood. Of a multi-architecture image, which is never scanned as such, all platforms are
   * judged. Whatever is not a finished scan is refused, unless it is allowed by name, after scans that are under way were waited for.
   * Findings that somebody suppressed in Amazon Inspector do not count.
   *
   * In a stack, images of one repository that are gated with the same `failOn`, `ignoreUnfixed` and `platforms` have the same `ignore`, `allow`,
   * `recheck` and `role`, or it is an error.
   *
   * @param options what is refused from which severity on, and what is let pass
   */
  public static scanned(options: ScannedGateOptions = {}): ImageGate {
    return new ImageGate(new ScannedRule(options));
  }

  /**
   * Refuses images that Amazon ECR has not signed with each of these signing profiles of AWS Signer
   * ([managed signing](https://docs.aws.amazon.com/AmazonECR/latest/userguide/managed-signing.html)).
   *
   * A signature that is being made is waited for up to 10 minutes. Images that were pushed before the registry had a rule for the repository are
   * not signed, and refused.
   *
   * @param signingProfileArns one or more ARNs, without a version: `arn:aws:signer:<Region>:<account>:/signing-profiles/<name>`, of any account. One of
   * another Region than the repository is an error when the image is used.
   */
  public static signedBy(...signingProfileArns: string[]): ImageGate {
    return new ImageGate(new SignedRule(signingProfileArns));
  }

  private constructor(private readonly rule: GateRule) {}

  /**
   * What the gate asks for.
   *
   * @internal
   */
  public _rule(): GateRule {
    return this.rule;
  }
}
