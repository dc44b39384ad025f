/** Without a version. */
const SIGNING_PROFILE_ARN = /^arn:[a-z-]+:signer:[a-z0-9-]+:[0-9]{12}:\/signing-profiles\/[A-Za-z0-9_]{2,64}$/;

/** What is wrong with the ARN of a signing profile of AWS Signer, or `undefined` when nothing is. */
export function signingProfileProblem(arn: unknown): string | undefined {
  return typeof arn === 'string' && SIGNING_PROFILE_ARN.test(arn) ? undefined
    : `'${arn}' is not the ARN of a signing profile; expected arn:<partition>:signer:<Region>:<account>:/signing-profiles/<name>, without a version`;
}

/** The Region of a signing profile, where its ARN is known. */
export function signingProfileRegion(arn: string): string | undefined {
  return arn.split(':')[3];
}
