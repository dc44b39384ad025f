import { once } from 'node:events';
import { createServer, IncomingMessage, request as httpRequest, ServerResponse } from 'node:http';
import { buffer, json } from 'node:stream/consumers';
import { BatchGetImageCommand, DescribeImagesCommand, ECRClient, GetRepositoryPolicyCommand, ImageDetail, ImageIdentifier } from '@aws-sdk/client-ecr';
import { ListRoleTagsCommand, SimulatePrincipalPolicyCommand } from '@aws-sdk/client-iam';
import { GetAccessKeyInfoCommand } from '@aws-sdk/client-sts';
import { accountClients } from './account-clients';
import { listen, LocalServer } from './local-server';

/** A GET of this path, which AWS does not have, lists the requests so far. */
const REQUESTS_PATH = '/requests';

/** A request to ECR, as far as it is read here. */
export interface EcrRequest {
  readonly operation: string;
  readonly accessKey: string;
  readonly region: string;
  readonly parameters: {
    readonly registryId?: string;
    readonly repositoryName?: string;
    readonly imageIds?: ImageIdentifier[];
    readonly imageId?: ImageIdentifier;
    readonly targetStorageClass?: 'STANDARD' | 'ARCHIVE';
    readonly filter?: { readonly imageStatus?: 'ACTIVE' | 'ARCHIVED' | 'ANY' };
  };
}

interface Answer {
  readonly status: number;
  readonly body: any;
}

/**
 * Stands before MiniStack's ECR and does what that one leaves out: it knows the registries of other accounts, archives images, and
 * refuses to describe images that do not exist. All else is MiniStack's, with its checks of IAM policies.
 *
 * @param emulator where MiniStack is, once it runs
 */
export async function startEcrGateway(emulator: () => string): Promise<LocalServer> {
  const requests: EcrRequest[] = [];
  const archived = new Set<string>();

  async function answerTo(asked: EcrRequest, pass: () => Promise<Answer>): Promise<Answer> {
    const { operation, parameters, region } = asked;
    const caller = await accountOf(asked, emulator());
    const owner = parameters.registryId ?? caller;
    const keyOf = (digest?: string) => [owner, region, parameters.repositoryName, digest].join('/');
    switch (operation) {
      case 'DescribeImages':
        return withStatus(asked, await askOwner(asked, caller, owner, emulator(), pass), digest => archived.has(keyOf(digest)));
      case 'BatchGetImage':
        return askOwner(asked, caller, owner, emulator(), pass);
      case 'UpdateImageStorageClass': {
        const { ecr } = accountClients(withoutGateway(emulator()), { account: owner, region });
        const { repositoryName, imageId, targetStorageClass } = parameters;
        const { imageDetails } = await ecr.send(new DescribeImagesCommand({ repositoryName, imageIds: [imageId!] }));
        archived[targetStorageClass === 'ARCHIVE' ? 'add' : 'delete'](keyOf(imageDetails![0].imageDigest));
        return { status: 200, body: parameters };
      }
      case 'DeleteRepository':
        [...archived].filter(key => key.startsWith(keyOf(''))).forEach(key => archived.delete(key));
        return pass();
      default:
        return pass();
    }
  }

  return listen(createServer(async (request, response) => {
    if (request.method === 'GET') {
      response.end(JSON.stringify(requests));
      return;
    }
    try {
      const body = await buffer(request);
      const asked = read(request, body);
      const answer = await answerTo(asked, () => forward(emulator(), request, body));
      requests.push(asked);
      send(response, answer);
    } catch (error) {
      response.writeHead(500, { 'content-type': 'application/x-amz-json-1.1' })
        .end(JSON.stringify({ __type: 'ServerException', message: `the gateway of the emulator failed: ${(error as Error).message}` }));
    }
  }));
}

/** What was asked so far, and answered. */
export async function requestsTo(gateway: string): Promise<EcrRequest[]> {
  return await (await fetch(gateway + REQUESTS_PATH)).json() as EcrRequest[];
}

function read({ headers }: IncomingMessage, body: Buffer): EcrRequest {
  const [, accessKey, region] = /Credential=([^/]+)\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  return { operation: String(headers['x-amz-target']).split('.').pop()!, accessKey, region, parameters: JSON.parse(body.toString()) };
}

/** The root user's access key is the account; any other was issued by the emulator. */
async function accountOf({ accessKey }: EcrRequest, emulator: string): Promise<string> {
  if (/^[0-9]{12}$/.test(accessKey)) return accessKey;
  const { Account } = await accountClients(withoutGateway(emulator)).sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: accessKey }));
  return Account!;
}

/** MiniStack looks into the caller's own registry only. */
async function askOwner(asked: EcrRequest, caller: string, owner: string, emulator: string, pass: () => Promise<Answer>): Promise<Answer> {
  const answer = await pass();
  if (owner === caller || answer.body.__type === 'InvalidSignatureException' || answer.body.__type === 'UnrecognizedClientException') {
    return answer;
  }
  const { operation, parameters: { repositoryName, imageIds }, region } = asked;
  const arn = `arn:aws:ecr:${region}:${owner}:repository/${repositoryName}`;
  const [, role] = /assumed-role\/([^/]+)\//.exec(answer.body.message ?? '') ?? [];
  const denial = (policy: string) => refusal('AccessDeniedException',
    `User: arn:aws:iam::${caller}:${role ? `role/${role}` : 'root'} is not authorized to perform: ecr:${operation} on resource: ${arn} `
    + `because no ${policy} policy allows the ecr:${operation} action`);
  if (role && !await roleAllows(role, caller, operation, arn, emulator)) {
    return denial('identity-based');
  }
  const { ecr } = accountClients(withoutGateway(emulator), { account: owner, region });
  try {
    if (!await policyAllows(ecr, repositoryName!, caller, operation, role ? await tagsOf(role, caller, emulator) : {})) {
      return denial('resource-based');
    }
    const asOwner = { repositoryName, imageIds };
    const { $metadata, ...body } = operation === 'DescribeImages' ? await ecr.send(new DescribeImagesCommand(asOwner)) : await ecr.send(new BatchGetImageCommand(asOwner));
    return { status: 200, body };
  } catch (error) {
    return refusal((error as Error).name, (error as Error).message);
  }
}

/** By MiniStack's own evaluation of the role's policies. */
async function roleAllows(role: string, account: string, operation: string, arn: string, emulator: string): Promise<boolean> {
  const { iam } = accountClients(withoutGateway(emulator), { account });
  const { EvaluationResults } = await iam.send(new SimulatePrincipalPolicyCommand({
    PolicySourceArn: `arn:aws:iam::${account}:role/${role}`, ActionNames: [`ecr:${operation}`], ResourceArns: [arn],
  }));
  return EvaluationResults![0].EvalDecision === 'allowed';
}

/** The caller's tags, as conditions name them. */
async function tagsOf(RoleName: string, account: string, emulator: string): Promise<Record<string, string>> {
  const { Tags = [] } = await accountClients(withoutGateway(emulator), { account }).iam.send(new ListRoleTagsCommand({ RoleName }));
  return Object.fromEntries(Tags.map(({ Key, Value }) => [`aws:PrincipalTag/${Key}`, Value!]));
}

/**
 * Understands what the CDK writes: statements with everybody or the root user of an account, actions by name, and conditions on tags of
 * the caller. A Deny wins.
 */
async function policyAllows(
  ecr: ECRClient, repositoryName: string, account: string, operation: string, tags: Record<string, string>,
): Promise<boolean> {
  const policy = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName })).catch((error: Error) => {
    if (error.name === 'RepositoryPolicyNotFoundException') return { policyText: '{"Statement":[]}' };
    throw error;
  });
  const effects = JSON.parse(policy.policyText!).Statement
    .filter(({ Principal, Action }: any) => [Principal, Principal.AWS].flat().some(principal => ['*', `arn:aws:iam::${account}:root`].includes(principal))
      && [Action].flat().includes(`ecr:${operation}`))
    .filter(({ Condition }: any) => holds(Condition, tags))
    .map(({ Effect }: any) => Effect);
  return effects.includes('Allow') && !effects.includes('Deny');
}

function holds({ StringEquals = {}, ...others }: Record<string, Record<string, string>> = {}, tags: Record<string, string>): boolean {
  const unknown = [...Object.keys(others), ...Object.keys(StringEquals).filter(key => !key.startsWith('aws:PrincipalTag/'))];
  if (unknown.length > 0) {
    throw new Error(`conditions with ${unknown.join(', ')} cannot be judged here`);
  }
  return Object.entries(StringEquals).every(([key, value]) => tags[key] === value);
}

/** Only active images are described unless others are asked for, and one that is not there is an error. */
function withStatus({ parameters }: EcrRequest, answer: Answer, isArchived: (digest?: string) => boolean): Answer {
  const { imageIds, filter, repositoryName } = parameters;
  if (answer.status !== 200) {
    return answer;
  }
  const wanted = filter?.imageStatus ?? 'ACTIVE';
  const imageDetails = (answer.body.imageDetails as ImageDetail[])
    .map(detail => ({ ...detail, imageStatus: isArchived(detail.imageDigest) ? 'ARCHIVED' : 'ACTIVE' }))
    .filter(({ imageStatus }) => [imageStatus, 'ANY'].includes(wanted));
  return imageIds && imageDetails.length < imageIds.length
    ? refusal('ImageNotFoundException', `The image requested does not exist within the repository with name '${repositoryName}'`)
    : { status: 200, body: { imageDetails } };
}

function withoutGateway(endpoint: string) {
  return { endpoint, ecrEndpoint: endpoint };
}

function refusal(code: string, message: string): Answer {
  return { status: 400, body: { __type: code, message } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  // Times are seconds in AWS's JSON.
  const text = JSON.stringify(body, function (key, value) { return this[key] instanceof Date ? this[key].getTime() / 1_000 : value; });
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(text);
}

async function forward(emulator: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  const request = httpRequest(new URL(url!, emulator), { method, headers }).end(body);
  const [answer] = await once(request, 'response') as [IncomingMessage];
  return { status: answer.statusCode!, body: await json(answer) };
}
