import { createServer, IncomingMessage, request as httpRequest, ServerResponse } from 'node:http';
import { buffer, json } from 'node:stream/consumers';
import { BatchGetImageCommand, DescribeImagesCommand, GetRepositoryPolicyCommand, ImageIdentifier } from '@aws-sdk/client-ecr';
import { GetAccessKeyInfoCommand } from '@aws-sdk/client-sts';
import { accountClients, AwsEndpoints } from './account-clients';
import { listen, LocalServer } from './local-server';

/** A request to ECR, as far as it is read here. */
interface EcrRequest {
  readonly operation: string;
  readonly accessKey: string;
  readonly region: string;
  readonly parameters: {
    readonly registryId?: string;
    readonly repositoryName: string;
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
 * refuses to describe images that do not exist. All else is MiniStack's, with its checks of signatures and IAM policies.
 *
 * @param emulator where MiniStack is, once it runs
 */
export async function startEcrGateway(emulator: () => string): Promise<LocalServer> {
  const archived = new Set<string>();

  async function answerTo(asked: EcrRequest, request: IncomingMessage, body: Buffer): Promise<Answer> {
    const { operation, parameters, region, accessKey } = asked;
    if (!['DescribeImages', 'BatchGetImage', 'UpdateImageStorageClass'].includes(operation)) {
      return forward(emulator(), request, body);
    }
    const caller = await accountOf(accessKey, emulator());
    const owner = parameters.registryId ?? caller;
    const keyOf = (digest?: string) => [owner, region, parameters.repositoryName, digest].join('/');
    if (operation === 'UpdateImageStorageClass') {
      archived[parameters.targetStorageClass === 'ARCHIVE' ? 'add' : 'delete'](keyOf(parameters.imageId?.imageDigest));
      return { status: 200, body: parameters };
    }
    const answer = owner === caller ? await forward(emulator(), request, body) : await askAcrossAccounts(asked, caller, owner, emulator());
    if (operation !== 'DescribeImages' || answer.status !== 200) {
      return answer;
    }
    const { imageStatus = 'ACTIVE' } = parameters.filter ?? {};
    const imageDetails = answer.body.imageDetails
      .map((detail: any) => ({ ...detail, imageStatus: archived.has(keyOf(detail.imageDigest)) ? 'ARCHIVED' : 'ACTIVE' }))
      .filter((detail: any) => [detail.imageStatus, 'ANY'].includes(imageStatus));
    return parameters.imageIds && imageDetails.length < parameters.imageIds.length
      ? refusal('ImageNotFoundException', `The image requested does not exist within the repository with name '${parameters.repositoryName}'`)
      : { status: 200, body: { imageDetails } };
  }

  return listen(createServer(async (request, response) => {
    const body = await buffer(request);
    try {
      send(response, await answerTo(read(request, body), request, body));
    } catch {
      response.destroy(); // the emulator is gone
    }
  }));
}

function read({ headers }: IncomingMessage, body: Buffer): EcrRequest {
  const [, accessKey, region] = /Credential=([^/]+)\/[^/]+\/([^/]+)\//.exec(headers.authorization ?? '') ?? [];
  return { operation: String(headers['x-amz-target']).split('.').pop()!, accessKey, region, parameters: JSON.parse(body.toString()) };
}

/** The root user's access key is the account; any other was issued by the emulator. */
async function accountOf(accessKey: string, emulator: string): Promise<string> {
  if (/^[0-9]{12}$/.test(accessKey)) return accessKey;
  const { Account } = await accountClients(withoutGateway(emulator)).sts.send(new GetAccessKeyInfoCommand({ AccessKeyId: accessKey }));
  return Account!;
}

/** As the owner, once the repository's policy lets the caller's account do that. What the caller's own policies say is not looked at. */
async function askAcrossAccounts({ operation, parameters, region }: EcrRequest, caller: string, owner: string, emulator: string): Promise<Answer> {
  const { ecr } = accountClients(withoutGateway(emulator), { account: owner, region });
  const { repositoryName, imageIds } = parameters;
  try {
    const { policyText } = await ecr.send(new GetRepositoryPolicyCommand({ repositoryName }));
    const allows = JSON.parse(policyText!).Statement.some(({ Effect, Principal, Action }: any) =>
      Effect === 'Allow' && [Principal.AWS].flat().includes(`arn:aws:iam::${caller}:root`) && [Action].flat().includes(`ecr:${operation}`));
    if (allows) {
      const command = operation === 'DescribeImages' ? new DescribeImagesCommand({ repositoryName, imageIds }) : new BatchGetImageCommand({ repositoryName, imageIds });
      const { $metadata, ...body }: any = await ecr.send(command as DescribeImagesCommand);
      return { status: 200, body };
    }
  } catch (error) {
    if ((error as Error).name !== 'RepositoryPolicyNotFoundException') {
      return refusal((error as Error).name, (error as Error).message);
    }
  }
  return refusal('AccessDeniedException', `User: arn:aws:iam::${caller}:root is not authorized to perform: ecr:${operation} on resource: `
    + `arn:aws:ecr:${region}:${owner}:repository/${repositoryName} because no resource-based policy allows the ecr:${operation} action`);
}

function withoutGateway(emulator: string): AwsEndpoints {
  return { endpoint: emulator, ecrEndpoint: emulator };
}

function refusal(code: string, message: string): Answer {
  return { status: 400, body: { __type: code, message } };
}

function send(response: ServerResponse, { status, body }: Answer): void {
  // Times are seconds in AWS's JSON.
  const text = JSON.stringify(body, function (key, value) { return this[key] instanceof Date ? this[key].getTime() / 1_000 : value; });
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.1' }).end(text);
}

function forward(emulator: string, { method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
  return new Promise((resolve, reject) => {
    httpRequest(new URL(url!, emulator), { method, headers }, async answer => {
      resolve({ status: answer.statusCode!, body: await json(answer) });
    }).on('error', reject).end(body);
  });
}
