import { configureSigning, signingAdvice } from './advice';
import { Gate, GateRequest } from './gate';
import { Patience } from './patience';
import { withAdvice } from '../../custom-resource/handler/ecr-client';
import { malformedProperty } from '../../custom-resource/handler/malformed-property';
import { ecrCommands } from '../../registry-client/ecr-commands';
import { EcrFailures } from '../../registry-client/ecr-failures';
import { SigningStatus, signingStatuses } from '../../registry-client/ecr-signing';
import { quote } from '../../registry-client/quote';

const LONGEST_REASON = 200;

const COMPLETE = 'COMPLETE';
const IN_PROGRESS = 'IN_PROGRESS';

/** What was found out about an image that passed, for those who read it later. */
export interface SignedResult {
  /** The number of signing profiles that it is signed with, of those that were asked for. */
  readonly signatures: number;
}

/** Judges images by ECR's managed signing: each of the signing profiles has to have signed the very digest, be it that of an index. */
export function signedGate({ repository, properties, waitSeconds }: GateRequest): Gate {
  const profiles = readProfiles(properties);
  return async (digest, context): Promise<SignedResult> => {
    const patience = new Patience(waitSeconds, context);
    const name = new EcrFailures(repository).describe(digest);
    const { showSignatures } = ecrCommands(repository, digest);
    for (;;) {
      const statuses = await withAdvice(
        () => patience.ask(() => signingStatuses(context.client, repository, digest)),
        ({ reason }) => signingAdvice(repository, digest)[reason]);
      const open = profiles.map(profile => statusOf(profile, statuses)).filter(({ status }) => status !== COMPLETE);
      if (open.length === 0) {
        return { signatures: profiles.length };
      }
      const failed = open.find(({ status }) => status !== undefined && status !== IN_PROGRESS);
      if (failed) {
        throw new Error(`${name} is not signed with ${failed.profileArn}: ${failureText(failed)}; let who pushes use that profile (signer:SignPayload), `
          + `and push the image again, where tags are immutable under another one, see: ${showSignatures}`);
      }
      if (context.now() >= patience.end) {
        const { profileArn, status } = open[0];
        throw new Error(`${name} is not signed with ${profileArn} after ${patience.secondsGone} seconds: `
          + `${status ? `status ${status}; deploy again, see: ${showSignatures}` : `ECR names no signature of it; ${configureSigning(repository)}`}`);
      }
      await patience.sleepUntil(patience.next());
    }
  };
}

/** The worst that is said of a profile; nothing where nothing is said. */
function statusOf(profileArn: string, statuses: SigningStatus[]): SigningStatus {
  const own = statuses.filter(status => status.profileArn === profileArn);
  return own.find(({ status }) => status !== COMPLETE && status !== IN_PROGRESS)
    ?? own.find(({ status }) => status !== COMPLETE)
    ?? own[0]
    ?? { profileArn };
}

function failureText({ status, failureCode, failureReason }: SigningStatus): string {
  const why = [failureCode, failureReason].flatMap(text => text ? quote(text, LONGEST_REASON) : []).join(': ');
  return `status ${quote(`${status}`, LONGEST_REASON)}${why ? `, ${why}` : ''}`;
}

function readProfiles({ SigningProfileArns }: Record<string, unknown>): string[] {
  if (!Array.isArray(SigningProfileArns) || SigningProfileArns.length === 0 || SigningProfileArns.some(arn => typeof arn !== 'string' || arn === '')) {
    throw malformedProperty(`SigningProfileArns is ${JSON.stringify(SigningProfileArns)}; expected the ARNs of one or more signing profiles`);
  }
  return SigningProfileArns;
}
